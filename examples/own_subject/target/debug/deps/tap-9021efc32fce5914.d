/work/wt/ci/examples/own_subject/target/debug/deps/tap-9021efc32fce5914.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tap-1.0.1/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tap-1.0.1/src/conv.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tap-1.0.1/src/pipe.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tap-1.0.1/src/tap.rs

/work/wt/ci/examples/own_subject/target/debug/deps/libtap-9021efc32fce5914.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tap-1.0.1/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tap-1.0.1/src/conv.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tap-1.0.1/src/pipe.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tap-1.0.1/src/tap.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tap-1.0.1/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tap-1.0.1/src/conv.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tap-1.0.1/src/pipe.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tap-1.0.1/src/tap.rs:
