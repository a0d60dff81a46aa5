/work/wt/ci/examples/own_subject/target/debug/deps/smallvec-daacdf58b52e8c77.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/smallvec-1.16.5/src/lib.rs

/work/wt/ci/examples/own_subject/target/debug/deps/libsmallvec-daacdf58b52e8c77.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/smallvec-1.16.5/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/smallvec-1.16.5/src/lib.rs:
