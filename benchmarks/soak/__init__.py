"""A deadline evening, with what goes wrong on one: `./dev soak`."""
