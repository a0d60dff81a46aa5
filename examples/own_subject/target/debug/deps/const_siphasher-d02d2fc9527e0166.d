/work/wt/ci/examples/own_subject/target/debug/deps/const_siphasher-d02d2fc9527e0166.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-siphasher-1.0.2/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-siphasher-1.0.2/src/sip.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-siphasher-1.0.2/src/sip128.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-siphasher-1.0.2/src/../README.md

/work/wt/ci/examples/own_subject/target/debug/deps/libconst_siphasher-d02d2fc9527e0166.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-siphasher-1.0.2/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-siphasher-1.0.2/src/sip.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-siphasher-1.0.2/src/sip128.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-siphasher-1.0.2/src/../README.md

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-siphasher-1.0.2/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-siphasher-1.0.2/src/sip.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-siphasher-1.0.2/src/sip128.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/const-siphasher-1.0.2/src/../README.md:
