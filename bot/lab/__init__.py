"""A world in a box: a local GitHub, its CI and a scripted model. Demo, bench, replay and tests."""
