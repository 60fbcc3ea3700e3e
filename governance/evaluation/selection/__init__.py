"""How much of a high place is selection: best of several tries, more battles, models that were retired."""
