"""Why two results of a scorer differ: their snapshots row by row, in stages, each scored as ever."""
