/work/wt/ci/examples/own_subject/target/debug/deps/radium-22ceddb06d298a9e.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/radium-0.7.0/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/radium-0.7.0/src/macros.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/radium-0.7.0/src/types.rs

/work/wt/ci/examples/own_subject/target/debug/deps/libradium-22ceddb06d298a9e.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/radium-0.7.0/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/radium-0.7.0/src/macros.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/radium-0.7.0/src/types.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/radium-0.7.0/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/radium-0.7.0/src/macros.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/radium-0.7.0/src/types.rs:
