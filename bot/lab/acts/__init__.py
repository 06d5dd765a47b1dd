"""What can be done at the lab's GitHub, with everything that follows from it."""
