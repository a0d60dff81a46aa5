/work/wt/ci/examples/own_subject/target/debug/deps/rand_pcg-d3feb1bb4ebb769d.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/rand_pcg-0.3.1/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/rand_pcg-0.3.1/src/pcg128.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/rand_pcg-0.3.1/src/pcg64.rs

/work/wt/ci/examples/own_subject/target/debug/deps/librand_pcg-d3feb1bb4ebb769d.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/rand_pcg-0.3.1/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/rand_pcg-0.3.1/src/pcg128.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/rand_pcg-0.3.1/src/pcg64.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/rand_pcg-0.3.1/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/rand_pcg-0.3.1/src/pcg128.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/rand_pcg-0.3.1/src/pcg64.rs:
