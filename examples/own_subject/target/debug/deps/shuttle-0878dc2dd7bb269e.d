/work/wt/ci/examples/own_subject/target/debug/deps/shuttle-0878dc2dd7bb269e.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/future.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/lazy_static.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/rand.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/sync/mod.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/thread.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/scheduler/mod.rs

/work/wt/ci/examples/own_subject/target/debug/deps/libshuttle-0878dc2dd7bb269e.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/future.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/lazy_static.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/rand.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/sync/mod.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/thread.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/scheduler/mod.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/future.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/lazy_static.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/rand.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/sync/mod.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/thread.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/shuttle-0.9.9/src/scheduler/mod.rs:
