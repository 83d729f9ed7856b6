"""What commands of the operator do: each gives the lines that the command line prints."""
