"""The leak drill: an invented case with marked words in it is played through every way in and out, and then it is
looked where those words came out (`convenor doctor --leak-drill`; issue 4, "Leak drill"). It starts in `drill`."""
