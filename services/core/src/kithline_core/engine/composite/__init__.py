"""The five published indices and named totals of them (Part C 7): from results to numbers, pure."""
