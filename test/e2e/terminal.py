"""Runs a command on a terminal of its own: stdin is what its user types, stdout what the screen is sent.

Exits as the command does, with 128 + n where signal n ended it. When stdin ends, so does the command.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
sources = [terminal, 0]
while True:
    ready, _, _ = select.select(sources, [], [])
    if 0 in ready:
        typed = os.read(0, 1024)
        if typed:
            os.write(terminal, typed)
        else:
            # The kernel tells those who sit there, by SIGHUP and by EIO.
            os.close(terminal)
            break
    if terminal in ready:
        try:
            shown = os.read(terminal, 4096)
        except OSError:  # Linux says EIO when the other side is gone
            break
        if not shown:
            break
        os.write(1, shown)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(code if code >= 0 else 128 - code)
