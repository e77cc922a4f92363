"""What the tests of the whole server are made with: a server, its people, its photos, its books."""
