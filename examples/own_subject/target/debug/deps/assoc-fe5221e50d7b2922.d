/work/wt/ci/examples/own_subject/target/debug/deps/assoc-fe5221e50d7b2922.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/assoc-0.1.3/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/assoc-0.1.3/src/vec/mod.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/assoc-0.1.3/src/vec/entry.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/assoc-0.1.3/src/vec/ext.rs

/work/wt/ci/examples/own_subject/target/debug/deps/libassoc-fe5221e50d7b2922.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/assoc-0.1.3/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/assoc-0.1.3/src/vec/mod.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/assoc-0.1.3/src/vec/entry.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/assoc-0.1.3/src/vec/ext.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/assoc-0.1.3/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/assoc-0.1.3/src/vec/mod.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/assoc-0.1.3/src/vec/entry.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/assoc-0.1.3/src/vec/ext.rs:
