"""What makes a bench safe when its run no longer can: a process of its own, and the bench's lock.

The room stands above the instruments, which it drives, and beside the faults, below the station,
which starts it. It needs nothing of what it guards: no bench file, no car, no cloud, no event
loop. What it is told is data, and stays true when the run that told it has died.
"""
