"""What determines a computation in Python: a digest of functions, classes, objects and arrays, and of all they refer to.

The digest is the same in every process that would compute the same, and holds no address. Functions count with their bytecode, default
values, closure and the globals they use; classes with their members; objects with their attributes; arrays and tensors with their
values; what belongs to an installed library with its name and version. What a computation reads while it runs (files, the clock, the
environment) is not in it.
"""

from __future__ import annotations

import copyreg
import enum
import functools
import hashlib
import logging
import struct
import sys
import threading
import types
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from thalweg._library import library
from thalweg._references import own_module, references


class Unreadable(Exception):
    """Something whose state cannot be read the same way in every process; the message says where it was found and what it is."""


def identify(value: Any, name: str) -> str:
    """Returns the digest of a value that messages call `name`.

    Raises `Unreadable` where it refers to something whose state cannot be read.
    """
    reader = _Reader(name)
    try:
        found = reader.digest(value).hex()
    except RecursionError:
        raise Unreadable(f"`{name}` refers to objects that are nested too deeply to be read") from None
    if reader.numbers & reader.done.keys():
        raise Unreadable(f"`{name}` refers to an object that holds an address, which is another in each process")
    return found


_PLAIN = (type(None), bool, int, float, complex, str, bytes, range, slice, type(Ellipsis), type(NotImplemented))
_NATIVE = (
    types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType, types.MethodWrapperType,
    types.ClassMethodDescriptorType, types.GetSetDescriptorType, types.MemberDescriptorType,
)
# They order threads and print, and change no result.
_WITHOUT_STATE = (type(threading.Lock()), type(threading.RLock()), logging.Logger)
# Members of a class that Python keeps for itself, or that only describe it.
_BOOKKEEPING = {
    "__dict__", "__weakref__", "__doc__", "__module__", "__qualname__", "__annotations__", "__annotations_cache__", "__annotate__",
    "__annotate_func__", "__firstlineno__", "__static_attributes__", "__abstractmethods__", "_abc_impl", "__orig_bases__",
    "__parameters__", "__type_params__", "__dataclass_fields__", "__dataclass_params__", "__match_args__", "__slots__",
}
_WORD = struct.calcsize("P")


class _Reader:
    """Digests values, one inside the other. Each value gets a digest of its own, so that it does not matter whether two are one."""

    def __init__(self, name: str) -> None:
        # Digests by address, of values that are kept so that no other takes their address.
        self.done: dict[int, tuple[bytes, Any]] = {}
        # Values that are being read, with their depth: one that refers to itself is met again.
        self.open: dict[int, int] = {}
        self.places = [f"`{name}`"]
        # Whole numbers that may be addresses.
        self.numbers: set[int] = set()

    def digest(self, value: Any) -> bytes:
        if type(value) in _PLAIN:
            if type(value) is int and value > 0xFFFF:
                self.numbers.add(value)
            return _hash(type(value).__name__, repr(value))
        if id(value) in self.done:
            return self.done[id(value)][0]
        if id(value) in self.open:
            return _hash("levels up", str(len(self.open) - self.open[id(value)]))
        self.open[id(value)] = len(self.open)
        try:
            found = self.read(value)
        finally:
            del self.open[id(value)]
        self.done[id(value)] = (found, value)
        return found

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        self.places.append(place)
        yield
        # Not reached where something cannot be read: the message needs the way to it.
        self.places.pop()

    def unreadable(self, value: Any) -> Unreadable:
        kind = type(value)
        return Unreadable(f"{' of '.join(reversed(self.places))} is a {kind.__module__}.{kind.__qualname__}, whose state cannot be read")

    def read(self, value: Any) -> bytes:
        for kinds, reader in _READERS:
            if isinstance(value, kinds):
                return reader(self, value)
        if isinstance(value, np.ndarray | np.generic) and type(value).__module__ == "numpy":
            return self.array(np.asarray(value))
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(value, torch.Tensor):
            return self.tensor(value)
        exact = _CONTAINERS.get(type(value))
        return exact(self, value) if exact else self.object(value)

    # Code

    def function(self, function: types.FunctionType) -> bytes:
        compiled_from = vars(function).get("_torchdynamo_orig_callable")
        if compiled_from is not None:
            return _hash("compiled by torch", self.digest(compiled_from))
        code, module = function.__code__, function.__globals__.get("__name__")
        known = library(module) if isinstance(module, str) else None
        parts = [self.named(known, f"{module}.{code.co_name}:{code.co_firstlineno}") if known else self.code(code)]
        if not known:
            for name, value in references(code, function.__globals__).items():
                with self.at(f"global `{name}`"):
                    parts += [_hash(name), self.digest(value)]
        with self.at("default values"):
            parts += [self.digest(function.__defaults__), self.digest(function.__kwdefaults__)]
        for name, cell in zip(code.co_freevars, function.__closure__ or ()):
            with self.at(f"closure variable `{name}`"):
                parts.append(self.digest(cell))
        parts.append(self.attributes(function, vars(function)))
        return _hash("function", *parts)

    def code(self, code: types.CodeType) -> bytes:
        names = (code.co_name, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
        shape = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags, sys.implementation.cache_tag)
        handlers = getattr(code, "co_exceptiontable", b"")
        return _hash("code", code.co_code, handlers, repr((names, shape)), *map(self.digest, code.co_consts))

    def cell(self, cell: types.CellType) -> bytes:
        try:
            return self.digest(cell.cell_contents)
        except ValueError:
            return _hash("empty cell")

    def method(self, method: types.MethodType) -> bytes:
        return _hash("method", self.digest(method.__func__), self.digest(method.__self__))

    def partial(self, partial: functools.partial[Any]) -> bytes:
        return _hash("partial", *map(self.digest, (partial.func, partial.args, partial.keywords)), self.attributes(partial, vars(partial)))

    def wrapped(self, wrapper: Any) -> bytes:
        return _hash(type(wrapper).__name__, self.digest(wrapper.__wrapped__))

    def property(self, found: property) -> bytes:
        return _hash("property", *map(self.digest, (found.fget, found.fset, found.fdel)))

    def static(self, found: Any) -> bytes:
        return _hash(type(found).__name__, self.digest(found.__func__))

    def native(self, function: Any) -> bytes:
        """A function or descriptor that is written in another language."""
        owner = getattr(function, "__objclass__", getattr(function, "__self__", None))
        # A module owns its functions, or a capsule where they come from some generators of bindings.
        if owner is not None and not isinstance(owner, types.ModuleType) and type(owner).__name__ != "PyCapsule":
            return _hash("native", function.__qualname__, self.digest(owner))
        module = function.__module__ or getattr(owner, "__name__", "builtins")
        return self.named(library(module), f"{module}.{function.__qualname__}") if library(module) else self.compiled(function, module)

    def compiled(self, function: Any, module: str) -> bytes:
        """A function of a compiled module of the user's own, by the module's file."""
        try:
            with open(sys.modules[module].__file__ or "", "rb") as file:
                return _hash("compiled", getattr(function, "__name__", ""), file.read())
        except (KeyError, AttributeError, OSError):
            raise self.unreadable(function) from None

    def module(self, module: types.ModuleType) -> bytes:
        if not own_module(module):
            return self.named(library(module.__name__), module.__name__)
        if not (getattr(module, "__file__", None) or ".py").endswith((".py", ".pyc")):
            return self.compiled(module, module.__name__)
        parts = []
        for name, value in sorted(vars(module).items()):
            if not name.startswith("__"):
                with self.at(f"`{name}`"):
                    parts += [_hash(name), self.digest(value)]
        return _hash("module", *parts)

    def type(self, kind: type) -> bytes:
        known = library(kind.__module__)
        if known:
            return self.named(known, f"{kind.__module__}.{kind.__qualname__}")
        parts = [_hash(kind.__qualname__), *map(self.digest, kind.__bases__), self.digest(type(kind))]
        for name, value in sorted(vars(kind).items()):
            if name not in _BOOKKEEPING and not isinstance(value, types.GetSetDescriptorType | types.MemberDescriptorType):
                with self.at(f"`{name}`"):
                    parts += [_hash(name), self.digest(value)]
        return _hash("class", *parts)

    def named(self, known: str | None, name: str) -> bytes:
        return _hash("library", str(known), name)

    # Values

    def array(self, array: np.ndarray[Any, Any]) -> bytes:
        if array.dtype.names:
            return _hash("fields", *(_hash(name, self.array(array[name])) for name in array.dtype.names))
        if array.dtype.hasobject:
            return _hash("objects", repr(array.shape), self.digest(array.ravel().tolist()))
        return _hash("array", array.dtype.str, repr(array.shape), array.tobytes())

    def tensor(self, tensor: Any) -> bytes:
        torch = sys.modules["torch"]
        try:
            plain = tensor.detach().cpu().to_dense().resolve_conj().resolve_neg().contiguous()
            values = plain.reshape(-1).view(torch.uint8).numpy().tobytes()
        except (RuntimeError, TypeError, NotImplementedError):
            raise self.unreadable(tensor) from None
        about = (str(tensor.dtype), tuple(tensor.shape), tensor.requires_grad, tensor.device.type)
        return _hash("tensor", self.digest(type(tensor)), repr(about), values)

    def sequence(self, values: Any) -> bytes:
        return _hash(type(values).__name__, *map(self.digest, values))

    def mapping(self, values: Any) -> bytes:
        parts = []
        for key, value in values.items():
            with self.at(f"`{key}`" if isinstance(key, str) else "an entry"):
                parts += [self.digest(key), self.digest(value)]
        return _hash("dict", *parts)

    def set(self, values: Any) -> bytes:
        """The order of a set is by addresses, so that no element may depend on those before it."""
        before, found = self.done, []
        for value in values:
            self.done = dict(before)
            found.append(self.digest(value))
        self.done = before
        return _hash(type(values).__name__, *sorted(found))

    def enumerated(self, member: enum.Enum) -> bytes:
        return _hash("enum", type(member).__qualname__, member.name, self.digest(member.value))

    def nothing(self, value: Any) -> bytes:
        return _hash(type(value).__name__)

    def attributes(self, owner: Any, attributes: dict[str, Any]) -> bytes:
        parts = []
        for name, value in sorted(attributes.items()):
            with self.at(f"attribute `{name}`"):
                parts += [_hash(name), self.digest(value)]
        return _hash("attributes", *parts)

    def object(self, value: Any) -> bytes:
        kind = type(value)
        if _hides_state(kind) or (library(kind.__module__) and _says_its_state(kind)):
            return self.pickled(value)
        attributes = dict(getattr(value, "__dict__", {}))
        for one in kind.__mro__:
            for name, member in vars(one).items():
                if isinstance(member, types.MemberDescriptorType):
                    # The member itself: the names of private ones are others from outside.
                    with suppress(AttributeError):
                        attributes[f"{one.__qualname__}.{name}"] = member.__get__(value)
        return _hash("object", self.digest(kind), self.attributes(value, attributes))

    def pickled(self, value: Any) -> bytes:
        """An object of which Python sees a part only: by what it gives to pickle."""
        try:
            reduce = copyreg.dispatch_table.get(type(value))
            found = reduce(value) if reduce else value.__reduce_ex__(4)
        except Exception:
            raise self.unreadable(value) from None
        if isinstance(found, str):
            module = getattr(value, "__module__", None) or type(value).__module__
            if getattr(sys.modules.get(module), found, None) is not value or not library(module):
                raise self.unreadable(value)
            return self.named(library(module), f"{module}.{found}")
        make, arguments, state, items, entries = (*found, None, None, None)[:5]
        parts = (make, tuple(arguments), state, list(items or ()), list(entries or ()))
        # They are new objects, and belong to this one.
        return _hash("pickled", *map(self.digest, parts))


_READERS: list[tuple[Any, Any]] = [
    (types.ModuleType, _Reader.module),
    (type, _Reader.type),
    (types.FunctionType, _Reader.function),
    (types.CodeType, _Reader.code),
    (types.MethodType, _Reader.method),
    (types.CellType, _Reader.cell),
    (_NATIVE, _Reader.native),
    (functools.partial, _Reader.partial),
    (type(functools.cache(len)), _Reader.wrapped),
    (property, _Reader.property),
    ((staticmethod, classmethod), _Reader.static),
    (types.MappingProxyType, _Reader.mapping),
    (enum.Enum, _Reader.enumerated),
    (_WITHOUT_STATE, _Reader.nothing),
]
_CONTAINERS: dict[type, Any] = {
    list: _Reader.sequence, tuple: _Reader.sequence, dict: _Reader.mapping, set: _Reader.set, frozenset: _Reader.set,
}


def _hash(*parts: str | bytes) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        part = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.digest()


def _hides_state(kind: type) -> bool:
    """Whether objects of this class, or of one it inherits from, hold more than their attributes: then it is written in another language."""
    for one in kind.__mro__[:-1]:
        declared, base = vars(one), one.__base__ or object
        slots = sum(isinstance(member, types.MemberDescriptorType) for member in declared.values())
        known = slots + ("__dict__" in declared) + ("__weakref__" in declared)
        if one.__itemsize__ or one.__basicsize__ > base.__basicsize__ + _WORD * known:
            return True
    return False


def _says_its_state(kind: type) -> bool:
    """Whether a class says itself what its objects' state is, without caches and the like."""
    plain = getattr(object, "__getstate__", None)
    return (
        kind.__reduce_ex__ is not object.__reduce_ex__
        or kind.__reduce__ is not object.__reduce__
        or getattr(kind, "__getstate__", None) is not plain
    )
