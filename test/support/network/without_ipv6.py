"""Runs a command on a kernel that refuses IPv6 sockets, as one started with `ipv6.disable=1` does, by a seccomp filter."""
import ctypes
import os
import platform
import struct
import sys

SYS_SOCKET = {'x86_64': 41, 'aarch64': 198}[platform.machine()]
AF_INET6 = 10
EAFNOSUPPORT = 97
PR_SET_SECCOMP, SECCOMP_MODE_FILTER, PR_SET_NO_NEW_PRIVS = 22, 2, 38
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER_OFFSET, FIRST_ARGUMENT_OFFSET = 0, 16
RET_ERRNO, RET_ALLOW = 0x00050000, 0x7FFF0000


def instruction(code, if_true, if_false, value):
    return struct.pack('HBBI', code, if_true, if_false, value)


FILTER = b''.join([
    instruction(LOAD, 0, 0, NUMBER_OFFSET),
    instruction(JUMP_IF_EQUAL, 0, 3, SYS_SOCKET),
    instruction(LOAD, 0, 0, FIRST_ARGUMENT_OFFSET),
    instruction(JUMP_IF_EQUAL, 0, 1, AF_INET6),
    instruction(RETURN, 0, 0, RET_ERRNO | EAFNOSUPPORT),
    instruction(RETURN, 0, 0, RET_ALLOW),
])


class Program(ctypes.Structure):
    _fields_ = [('length', ctypes.c_ushort), ('instructions', ctypes.c_char_p)]


libc = ctypes.CDLL(None, use_errno=True)
program = Program(len(FILTER) // 8, FILTER)
if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0):
    raise OSError(ctypes.get_errno(), 'prctl')
os.execvp(sys.argv[1], sys.argv[1:])
