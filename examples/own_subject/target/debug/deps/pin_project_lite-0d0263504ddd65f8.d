/work/wt/ci/examples/own_subject/target/debug/deps/pin_project_lite-0d0263504ddd65f8.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pin-project-lite-0.2.17/src/lib.rs

/work/wt/ci/examples/own_subject/target/debug/deps/libpin_project_lite-0d0263504ddd65f8.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pin-project-lite-0.2.17/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pin-project-lite-0.2.17/src/lib.rs:
