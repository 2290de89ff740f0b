"""Many bytes, slots or shingles at a time: instructions on whole registers.

In: addresses. Out: intrinsics that kernels call, and bit masks. Must not know what becomes of them. They are written as
vectors of LLVM, which makes of them what the processor has: AVX-512, AVX2, SSE or NEON.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from dedup.sketch.machine import intrinsic

if TYPE_CHECKING:
    ir: Any
    types: Any
    pack_array: Any
    get_or_insert_function: Any
else:
    from llvmlite import ir
    from numba import types
    from numba.core.cgutils import get_or_insert_function, pack_array

LANES = 64
"""Bytes read at a time: one register of AVX-512; LLVM makes two of AVX2 or four of SSE or NEON of it."""


@intrinsic
def fold_ascii(_typing: Any, _source: Any, _target: Any) -> Any:
    """Write 64 bytes in lower case, and say of each what it is.

    Returns:
        Three masks, bit ``n`` for byte ``n``: letters and digits; bytes of no ASCII character; characters that may
        begin something to be read in another way (markup, an entity, a word broken at a line's end).
    """

    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        vector = ir.VectorType(ir.IntType(8), LANES)

        def all_of(value: int) -> Any:
            return ir.Constant(vector, [value] * LANES)

        def between(values: Any, low: int, high: int) -> Any:
            return builder.icmp_unsigned("<=", builder.sub(values, all_of(low)), all_of(high - low))

        def equal(value: str) -> Any:
            return builder.icmp_unsigned("==", read, all_of(ord(value)))

        read = builder.load(builder.inttoptr(arguments[0], vector.as_pointer()))
        read.align = 1
        small = builder.or_(read, builder.select(between(read, 65, 90), all_of(32), all_of(0)))
        written = builder.store(small, builder.inttoptr(arguments[1], vector.as_pointer()))
        written.align = 1
        word = builder.or_(between(small, 97, 122), between(small, 48, 57))
        foreign = builder.icmp_unsigned(">=", read, all_of(128))
        suspect = builder.or_(builder.or_(equal("<"), equal("&")), equal("-"))
        mask = ir.IntType(LANES)
        return pack_array(builder, [builder.bitcast(found, mask) for found in (word, foreign, suspect)])

    return types.UniTuple(types.uint64, 3)(types.intp, types.intp), codegen


def _bytes_at(builder: Any, address: Any) -> Any:
    """Read ``LANES`` bytes; returns a function from a least and a greatest byte to where those in between are.

    Its third argument is how many places further on the byte stands that is meant; these are read, too, since where
    there is no AVX-512 a mask takes longer to be made than bytes to be read and compared.
    """
    vector = ir.VectorType(ir.IntType(8), LANES)
    read = {}

    def between(low: int, high: int, place: int = 0) -> Any:
        if place not in read:
            there = builder.add(address, ir.Constant(address.type, place))
            read[place] = builder.load(builder.inttoptr(there, vector.as_pointer()))
            read[place].align = 1
        moved = builder.sub(read[place], ir.Constant(vector, [low] * LANES))
        return builder.icmp_unsigned("<=", moved, ir.Constant(vector, [high - low] * LANES))

    return between


def _masks(builder: Any, found: Any) -> Any:
    """Where something was found, each as a mask."""
    return [builder.bitcast(one, ir.IntType(LANES)) for one in found]


@intrinsic
def foreign_kinds(_typing: Any, _block: Any, _raw: Any, _classes: Any) -> Any:
    """Say of ``LANES`` bytes of lower-cased UTF-8 where its characters begin, and write a 0 for each byte.

    Args: addresses of the bytes, of the same in lower case or not, with one more, and of where to write.

    Returns:
        Masks of small letters of ASCII; of first bytes of characters of two, of three and of four bytes; of those of
        three bytes the Han characters from U+4E00 to U+9FFF, those among which Hangul syllables are, and those among
        which ``wide_marks`` are.
    """

    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        vector = ir.VectorType(ir.IntType(8), LANES)
        between = _bytes_at(builder, arguments[0])
        nothing = ir.Constant(vector, [0] * LANES)
        builder.store(nothing, builder.inttoptr(arguments[2], vector.as_pointer())).align = 1
        nearby = _bytes_at(builder, arguments[1])
        han = builder.or_(between(0xE5, 0xE9), builder.and_(between(0xE4, 0xE4), nearby(0xB8, 0xBF, 1)))
        first = (between(97, 122), between(0xC0, 0xDF), between(0xE0, 0xEF), between(0xF0, 0xFF))
        return pack_array(builder, _masks(builder, [*first, han, between(0xEA, 0xED), between(0xEF, 0xEF)]))

    return types.UniTuple(types.uint64, 7)(types.intp, types.intp, types.intp), codegen


@intrinsic
def hangul(_typing: Any, _block: Any) -> Any:
    """Which of ``LANES`` bytes of UTF-8 begin Hangul syllables up to U+D77F; one more is read."""

    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        between = _bytes_at(builder, arguments[0])
        early = builder.and_(between(0xEA, 0xEA), between(0xB0, 0xBF, 1))
        late = builder.and_(between(0xED, 0xED), between(0x80, 0x9D, 1))
        return _masks(builder, [builder.or_(between(0xEB, 0xEC), builder.or_(early, late))])[0]

    return types.uint64(types.intp), codegen


@intrinsic
def kana_and_marks(_typing: Any, _block: Any) -> Any:
    """Which of ``LANES`` bytes of UTF-8 begin characters that are as frequent in Chinese and Japanese as their letters.

    Two more are read.

    Returns:
        Masks of Japanese syllables, most of U+3041 to U+30FE, and of marks that belong to no word, most of U+3000 to
        U+301F; nothing else is in either.
    """

    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        between = _bytes_at(builder, arguments[0])
        begun = between(0xE3, 0xE3)
        of_marks = builder.and_(between(0x82, 0x82, 1), between(0x97, 0x9F, 2))
        plain = builder.and_(between(0x81, 0xBE, 2), builder.not_(of_marks))
        kana = builder.and_(builder.and_(begun, between(0x81, 0x83, 1)), plain)
        signs = builder.and_(between(0x80, 0x80, 1), builder.or_(between(0x80, 0x84, 2), between(0x88, 0x9F, 2)))
        return pack_array(builder, _masks(builder, [kana, builder.and_(begun, signs)]))

    return types.UniTuple(types.uint64, 2)(types.intp), codegen


@intrinsic
def wide_marks(_typing: Any, _block: Any) -> Any:
    """Which of ``LANES`` bytes of UTF-8 begin full-width marks, most of U+FF01 to U+FF1F, that belong to no word.

    Two more are read.
    """

    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        between = _bytes_at(builder, arguments[0])
        third = [between(low, high, 2) for low, high in ((0x81, 0x81), (0x87, 0x8F), (0x9A, 0x9B), (0x9F, 0x9F))]
        led = builder.and_(between(0xEF, 0xEF), between(0xBC, 0xBC, 1))
        return _masks(builder, [builder.and_(led, functools.reduce(builder.or_, third))])[0]

    return types.uint64(types.intp), codegen


@intrinsic
def class_masks(_typing: Any, _classes: Any) -> Any:
    """The eight bits of ``LANES`` bytes as masks, the lowest first: bit ``n`` of each is of byte ``n``."""

    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        vector = ir.VectorType(ir.IntType(8), LANES)
        read = builder.load(builder.inttoptr(arguments[0], vector.as_pointer()))
        read.align = 1
        nothing = ir.Constant(vector, [0] * LANES)
        masks = []
        for bit in range(8):
            kept = builder.and_(read, ir.Constant(vector, [1 << bit] * LANES))
            masks.append(builder.bitcast(builder.icmp_unsigned("!=", kept, nothing), ir.IntType(LANES)))
        return pack_array(builder, masks)

    return types.UniTuple(types.uint64, 8)(types.intp), codegen


SLOTS: Final = 32
"""Slots of a signature that are worked on at a time.

A processor with sixteen registers, as AVX2 has, cannot keep multipliers, offsets and least of twice as many in them,
which took up to twice as long there.
"""


@intrinsic
def least_permuted(_typing: Any, _elements: Any, _n: Any, _multipliers: Any, _offsets: Any, _least: Any) -> Any:
    """Write for ``SLOTS`` affine permutations the least that any element is sent to; all ones for no element.

    Args: addresses of 32-bit elements, how many there are, addresses of multipliers, offsets and of where to write.
    """

    def codegen(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        elements, n_elements, *addresses = arguments
        number, vector = ir.IntType(32), ir.VectorType(ir.IntType(32), SLOTS)
        multipliers, offsets, least = (builder.inttoptr(one, vector.as_pointer()) for one in addresses)
        first = builder.inttoptr(elements, number.as_pointer())

        def read(pointer: Any) -> Any:
            loaded = builder.load(pointer)
            loaded.align = 4
            return loaded

        factor, summand = read(multipliers), read(offsets)
        before = builder.basic_block
        loop, after = builder.append_basic_block("permute"), builder.append_basic_block("permuted")
        nothing, zero = ir.Constant(vector, [0xFFFFFFFF] * SLOTS), ir.Constant(n_elements.type, 0)
        builder.cbranch(builder.icmp_signed(">", n_elements, zero), loop, after)
        builder.position_at_end(loop)
        at, smallest = builder.phi(n_elements.type), builder.phi(vector)
        lone = builder.insert_element(
            ir.Constant(vector, ir.Undefined), read(builder.gep(first, [at])), ir.Constant(number, 0)
        )
        spread = builder.shuffle_vector(lone, lone, ir.Constant(vector, [0] * SLOTS))
        sent = builder.add(builder.mul(spread, factor), summand)
        smaller = builder.select(builder.icmp_unsigned("<", sent, smallest), sent, smallest)
        following = builder.add(at, ir.Constant(at.type, 1))
        at.add_incoming(zero, before)
        at.add_incoming(following, loop)
        smallest.add_incoming(nothing, before)
        smallest.add_incoming(smaller, loop)
        builder.cbranch(builder.icmp_signed("<", following, n_elements), loop, after)
        builder.position_at_end(after)
        found = builder.phi(vector)
        found.add_incoming(nothing, before)
        found.add_incoming(smaller, loop)
        builder.store(found, least).align = 4
        return context.get_dummy_value()

    return types.void(types.intp, types.intp, types.intp, types.intp, types.intp), codegen


SHINGLES: Final = 16
"""Shingles that are hashed at a time: a register of AVX-512."""
_XXH32: Final = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)
_SEEDS: Final = (_XXH32[0] + _XXH32[1], _XXH32[1], 0, -_XXH32[0])
"""What the four accumulators of XXH32 begin with."""


@intrinsic
def shingles_of_five(_typing: Any, _words: Any, _shingles: Any) -> Any:
    """Hash ``SHINGLES`` runs of five words each, as ``hash_kernels.shingle_hashes`` does one by one.

    Args: addresses of 64-bit hashes of ``SHINGLES + 4`` words, and of where to write 32 bits a run.
    """

    def codegen(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        vector = ir.VectorType(ir.IntType(32), SHINGLES)

        def all_of(value: int) -> Any:
            return ir.Constant(vector, [value & 0xFFFFFFFF] * SHINGLES)

        # Said in two shifts, the compiler would put one into the multiplication before it, and multiply twice.
        turn = get_or_insert_function(
            builder.module, ir.FunctionType(vector, [vector] * 3), f"llvm.fshl.v{SHINGLES}i32"
        )

        def turned(value: Any, by: int) -> Any:
            return builder.call(turn, [value, value, all_of(by)])

        def times(value: Any, factor: int) -> Any:
            return builder.mul(value, all_of(factor))

        def stirred(value: Any, *steps: int) -> Any:
            """Shifted onto itself and multiplied by turns."""
            for at, step in enumerate(steps):
                value = times(value, step) if at % 2 else builder.xor(value, builder.lshr(value, all_of(step)))
            return value

        def low_halves(at: int, n: int) -> Any:
            wide = ir.VectorType(ir.IntType(64), n)
            address = builder.add(arguments[0], ir.Constant(arguments[0].type, 8 * at))
            read = builder.load(builder.inttoptr(address, wide.as_pointer()))
            read.align = 8
            return builder.trunc(read, ir.VectorType(ir.IntType(32), n))

        one, two, three, four = _XXH32
        here = low_halves(0, SHINGLES)
        few = low_halves(SHINGLES, 4)
        behind = builder.shuffle_vector(few, few, ir.Constant(vector, [at % 4 for at in range(SHINGLES)]))

        def moved(by: int, low: Any, high: Any) -> Any:
            return builder.shuffle_vector(low, high, ir.Constant(vector, [at + by for at in range(SHINGLES)]))

        scaled, scaled_behind = times(here, two), times(behind, two)
        gathered = all_of(20)
        for place, (seed, by) in enumerate(zip(_SEEDS, (1, 7, 12, 18), strict=True)):
            word = moved(place, scaled, scaled_behind)
            accumulated = times(turned(builder.add(all_of(seed), word), 13), one)
            gathered = builder.add(gathered, turned(accumulated, by))
        last = moved(4, here, behind)
        hashed = times(turned(builder.add(gathered, times(last, three)), 17), four)
        hashed = stirred(hashed, 15, two, 13, three, 16)
        mixed = stirred(hashed, 16, 0x85EBCA6B, 13, 0xC2B2AE35, 16)
        builder.store(mixed, builder.inttoptr(arguments[1], vector.as_pointer())).align = 4
        return context.get_dummy_value()

    return types.void(types.intp, types.intp), codegen


CHARACTERS: Final = 8
"""Words of one character each that are hashed at a time: a register of AVX-512."""


@intrinsic
def with_edges(_typing: Any, _words: Any) -> Any:
    """Which of ``CHARACTERS`` words, 64 bits each at an address, are given by their edges, as a mask.

    The others are characters of three bytes, which lie there themselves: see ``block_kernels.write_edges``.
    """

    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        wide = ir.VectorType(ir.IntType(64), CHARACTERS)
        read = builder.load(builder.inttoptr(arguments[0], wide.as_pointer()))
        read.align = 4
        others = builder.icmp_unsigned(">", read, ir.Constant(wide, [0xFFFFFFFF] * CHARACTERS))
        return builder.zext(builder.bitcast(others, ir.IntType(CHARACTERS)), ir.IntType(64))

    return types.uint64(types.intp), codegen


@intrinsic
def hashes_of_three(_typing: Any, _words: Any, _hashes: Any, _low: Any, _high: Any, _factor: Any) -> Any:
    """Hash ``CHARACTERS`` words as if each had three bytes, as ``hash_kernels.word_hash`` does one by one.

    Args: addresses of 64 bits a word, of which the lowest are its bytes, and of where to write 64 bits a word; what the
    first and what the second eight bytes of a word are combined with, and what the sum is multiplied by.
    """

    def codegen(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        words, hashes, *keys = arguments
        wide, narrow = ir.VectorType(ir.IntType(64), CHARACTERS), ir.VectorType(ir.IntType(32), CHARACTERS)
        number = ir.IntType(32)

        def all_of(value: int) -> Any:
            return ir.Constant(wide, [value] * CHARACTERS)

        def spread(value: Any) -> Any:
            lone = builder.insert_element(ir.Constant(wide, ir.Undefined), value, ir.Constant(number, 0))
            return builder.shuffle_vector(lone, lone, ir.Constant(narrow, [0] * CHARACTERS))

        def low_half(value: Any) -> Any:
            return builder.and_(value, all_of(0xFFFFFFFF))

        def high_half(value: Any) -> Any:
            return builder.lshr(value, all_of(32))

        def up(value: Any) -> Any:
            return builder.shl(value, all_of(32))

        def onto_itself(value: Any, by: int) -> Any:
            return builder.xor(value, builder.lshr(value, all_of(by)))

        read = builder.load(builder.inttoptr(words, wide.as_pointer()))
        read.align = 4
        low_key, high, factor = map(spread, keys)
        low = builder.xor(builder.and_(read, all_of(0xFFFFFF)), low_key)
        # The product of 128 bits out of four of 64, and its halves combined.
        lows, highs = (low_half(low), high_half(low)), (low_half(high), high_half(high))
        cross = builder.add(builder.mul(lows[1], highs[0]), high_half(builder.mul(lows[0], highs[0])))
        other = builder.add(builder.mul(lows[0], highs[1]), low_half(cross))
        upper = builder.add(builder.mul(lows[1], highs[1]), builder.add(high_half(cross), high_half(other)))
        lower = builder.or_(up(other), low_half(builder.mul(lows[0], highs[0])))
        bytes_of = ir.VectorType(ir.IntType(8), 8 * CHARACTERS)
        order = ir.Constant(ir.VectorType(number, 8 * CHARACTERS), [at ^ 7 for at in range(8 * CHARACTERS)])
        bytewise = builder.bitcast(low, bytes_of)
        turned = builder.bitcast(builder.shuffle_vector(bytewise, bytewise, order), wide)
        value = builder.add(builder.add(turned, high), builder.add(builder.xor(upper, lower), all_of(16)))
        value = onto_itself(builder.mul(onto_itself(value, 37), factor), 32)
        builder.store(value, builder.inttoptr(hashes, wide.as_pointer())).align = 8
        return context.get_dummy_value()

    kinds = (*[types.intp] * 2, *[types.uint64] * 3)
    return types.void(*kinds), codegen
