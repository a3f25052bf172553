#!/bin/sh
# Builds libargon2 and libsodium for this host, out of the source packages that
# carry them, and prints the settings that make `compare` load the builds:
#
#     benches/build-peers.sh FOLDER
#
# A distribution's build runs on every machine of its architecture. Whoever
# compares speed should meet the best that the peers can do on this one.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 FOLDER" >&2
    exit 2
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compiler=${CC:-cc}

# Pinned, so that two machines compare with the same peers.
python3 -m pip download --quiet --disable-pip-version-check --no-deps \
    --no-binary argon2-cffi-bindings,pynacl --dest "$work" \
    argon2-cffi-bindings==26.2.0 pynacl==1.6.2 >&2
for archive in "$work"/*.tar.gz; do
    tar -xzf "$archive" -C "$work"
done

# opt.c takes the widest vectors that -march allows; ref.c is the other choice.
cd "$work"/argon2_cffi_bindings-*/extras/libargon2
"$compiler" -O3 -march=native -std=c99 -fPIC -shared -pthread -Iinclude \
    src/argon2.c src/core.c src/encoding.c src/thread.c src/opt.c src/blake2/blake2b.c \
    -o "$folder/libargon2.so"
echo "export SALTBOX_LIBARGON2='$folder/libargon2.so'"

# build_libsodium NAME CFLAGS [CPPFLAGS]
build_libsodium() {
    mkdir "$work/$1"
    cd "$work/$1"
    "$work"/pynacl-*/src/libsodium/configure --quiet --disable-static --disable-dependency-tracking \
        --prefix="$work/$1" CC="$compiler" CFLAGS="$2" CPPFLAGS="${3:-}" >&2
    make --silent -j"$(getconf _NPROCESSORS_ONLN)" install >&2
    cp -L "$work/$1/lib/libsodium.so" "$folder/$1.so"
}
build_libsodium libsodium "-O3 -march=native"
echo "export SALTBOX_LIBSODIUM='$folder/libsodium.so'"

# Its file for AVX-512 asks for those instructions by itself and is taken where
# the CPU has them. configure's word that the compiler can is taken back here.
build_libsodium libsodium-avx2 "-O3 -march=native -mno-avx512f" -UHAVE_AVX512FINTRIN_H
if objdump -d "$folder/libsodium-avx2.so" | grep -q zmm; then
    echo "$0: the build for AVX2 has instructions of AVX-512" >&2
    exit 1
fi
echo "export SALTBOX_LIBSODIUM_AVX2='$folder/libsodium-avx2.so'"
