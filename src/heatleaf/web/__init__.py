"""The local app: a small server on this machine, and one worker process that reads, analyses and draws.

The server never computes; it keeps studies on disk, queues work and serves pages. Security stands at the door
(`security`), uploads in `uploads`, what the browser may ask in `routes`.
"""
