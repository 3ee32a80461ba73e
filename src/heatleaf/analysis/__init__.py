"""The analysis: it introduces the rooms to each other, in one order, for every door.

`settings` holds the only defaults, `result` what comes out, `run` the ordered phases. Files are read before and
written after; nothing here opens one except gene sets that the settings name.
"""
