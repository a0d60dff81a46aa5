/work/wt/ci/examples/own_subject/target/debug/deps/scopeguard-fb8b21c2b71c06d4.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/scopeguard-1.2.0/src/lib.rs

/work/wt/ci/examples/own_subject/target/debug/deps/libscopeguard-fb8b21c2b71c06d4.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/scopeguard-1.2.0/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/scopeguard-1.2.0/src/lib.rs:
