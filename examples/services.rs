//! Services with dependencies: started in order, rolled back when one fails, stopped in reverse.
//!
//! `cargo run --example services`

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use sync_map::registry::{BoxError, Registry, Service, State};

/// A service that only prints what is done to it.
struct DatabaseService {
    name: String,
}

impl Service for DatabaseService {
    fn name(&self) -> &str {
        &self.name
    }
    fn start(&self) -> Result<(), BoxError> {
        println!("Starting {}", self.name);
        Ok(())
    }
    fn stop(&self) -> Result<(), BoxError> {
        println!("Stopping {}", self.name);
        Ok(())
    }
}

/// A service that can fail: it listens on an address, which somebody else may have.
struct WebService {
    address: Mutex<String>,
    listener: Mutex<Option<TcpListener>>,
}

impl WebService {
    fn new(address: &str) -> Self {
        WebService { address: Mutex::new(address.to_owned()), listener: Mutex::new(None) }
    }

    fn listens_on(&self) -> Option<std::net::SocketAddr> {
        self.listener.lock().unwrap().as_ref()?.local_addr().ok()
    }
}

impl Service for WebService {
    fn name(&self) -> &str {
        "web"
    }
    fn depends_on(&self) -> Vec<String> {
        vec!["primary-db".into(), "replica-db".into()]
    }
    fn start(&self) -> Result<(), BoxError> {
        let address = self.address.lock().unwrap().clone();
        let listener =
            TcpListener::bind(&address).map_err(|error| format!("cannot listen on {address}: {error}"))?;
        println!("Starting web on {}", listener.local_addr()?);
        *self.listener.lock().unwrap() = Some(listener);
        Ok(())
    }
    fn stop(&self) -> Result<(), BoxError> {
        println!("Stopping web");
        *self.listener.lock().unwrap() = None;
        Ok(())
    }
}

fn main() {
    let registry: Registry = Registry::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let web = WebService::new(&taken.local_addr().expect("an address").to_string());

    // The order of registration does not matter to what depends on each other. A registration keeps its service registered.
    let _web = registry.register(Arc::new(web)).expect("the name is free");
    for name in ["primary-db", "replica-db"] {
        registry.register(Arc::new(DatabaseService { name: name.into() })).expect("the name is free").keep();
    }
    println!("Registered services: {:?}", registry.list());
    let again = registry.register(Arc::new(DatabaseService { name: "primary-db".into() }));
    println!("Registering one again: {}", again.expect_err("the name is taken"));

    // The port is taken: what was started is stopped again, and the error says which service failed, and why.
    println!("\nStarting all, while somebody else has the port:");
    let error = registry.start_all().expect_err("the port is taken");
    println!("Not started: {error}");
    assert_eq!(error.rolled_back, ["replica-db", "primary-db"]);
    assert_eq!(registry.state("primary-db"), Some(State::Stopped));
    assert_eq!(registry.state("web"), Some(State::Failed));

    // Mended through a typed look-up, and tried again.
    drop(taken);
    let web = registry.get_as::<WebService>("web").expect("it is registered as that");
    *web.address.lock().unwrap() = "127.0.0.1:0".into();
    println!("\nStarting all again, with a free port:");
    assert_eq!(registry.start_all().expect("nothing is in the way"), ["primary-db", "replica-db", "web"]);
    assert!(web.listens_on().is_some());
    for status in registry.statuses() {
        println!("{}: {}", status.name, status.state);
    }

    println!("\nStopping all:");
    assert_eq!(registry.stop_all().expect("all stop"), ["web", "replica-db", "primary-db"]);
    assert!(web.listens_on().is_none());
}
