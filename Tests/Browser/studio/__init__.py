"""What the tests of the studio are made with: browsers that are watched, the people in front of
them, the ways to operate them, and the screens they come to."""
