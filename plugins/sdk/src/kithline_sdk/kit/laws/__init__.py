"""The laws that hold for every scorer (scoring.md, part C 14), each tried on made-up organisations."""
