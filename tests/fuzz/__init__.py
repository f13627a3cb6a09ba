"""What people and files may say, changed at random for some minutes: `make fuzz`.

    mutations   a text or the bytes of a file -> others that are nearly as well formed
    targets     what is tried, and what must hold for every input
    __main__    the clock, the counts, and what is written where something does not hold

The one rule: an input follows from the seed and its number alone, so it can be made again.
"""
