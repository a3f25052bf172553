//! One stream by the compression functions of the `sha2` crate, which may have instructions of
//! their own for it.

use super::word::Word;
use super::{Kernel, Stream};
use std::array::from_fn;

/// Runs everywhere.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Kernel for Portable {
    fn sha256(self, streams: &mut [Stream<u32>], iterations: u32) {
        iterate(streams, iterations);
    }

    fn sha512(self, streams: &mut [Stream<u64>], iterations: u32) {
        iterate(streams, iterations);
    }
}

fn iterate<W: Word>(streams: &mut [Stream<W>], iterations: u32) {
    for stream in streams {
        for _ in 0..iterations {
            for state in [stream.inner, stream.outer] {
                let block = W::padded(&stream.output);
                stream.output = state;
                W::compress(&mut stream.output, &block);
            }
            stream.sum = from_fn(|k| stream.sum[k] ^ stream.output[k]);
        }
    }
}
