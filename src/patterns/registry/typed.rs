//! Look-ups of services as their own types.
#![forbid(unsafe_code)]

use super::errors::GetError;
use super::registry::Registry;
use super::service::Service;
use crate::sync::Arc;
use std::any::Any;
use std::hash::BuildHasher;

impl<H: BuildHasher> Registry<dyn Service, H> {
    /// The service of this name, as the type that it was registered with.
    ///
    /// # Errors
    /// [`GetError`], which tells a name that is not there from a service of another type.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use sync_map::registry::{BoxError, GetError, Registry, Service};
    /// struct Web {
    ///     port: u16,
    /// }
    /// # impl Service for Web {
    /// #     fn name(&self) -> &str { "web" }
    /// #     fn start(&self) -> Result<(), BoxError> { Ok(()) }
    /// #     fn stop(&self) -> Result<(), BoxError> { Ok(()) }
    /// # }
    ///
    /// let registry: Registry = Registry::new();
    /// registry.register(Arc::new(Web { port: 8080 })).unwrap().keep();
    /// assert_eq!(registry.get_as::<Web>("web").unwrap().port, 8080);
    /// assert!(matches!(registry.get_as::<Web>("mail"), Err(GetError::NotRegistered { .. })));
    /// ```
    pub fn get_as<T: Service>(&self, name: &str) -> Result<Arc<T>, GetError> {
        let service = self.get(name).ok_or_else(|| GetError::NotRegistered { service: name.to_owned() })?;
        as_any(service)
            .downcast()
            .map_err(|_| GetError::WrongType { service: name.to_owned(), asked: std::any::type_name::<T>() })
    }
}

/// The type that a registry holds, as any type: what a typed look-up goes through.
fn as_any(service: Arc<dyn Service>) -> Arc<dyn Any + Send + Sync> {
    service
}
