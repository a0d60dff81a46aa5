//! The configuration store: values, changes, subscriptions, loading.

mod common;

#[path = "config/load.rs"]
mod load;
#[path = "config/model.rs"]
mod model;
#[path = "config/subscriptions.rs"]
mod subscriptions;
#[path = "config/threads.rs"]
mod threads;
#[path = "config/values.rs"]
mod values;
#[path = "config/wakers.rs"]
mod wakers;
