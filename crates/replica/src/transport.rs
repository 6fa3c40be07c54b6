//! How bytes travel between replicas: transports, each behind its own feature. The core knows none of them.

#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "nats")]
pub mod nats;
#[cfg(any(feature = "http", feature = "nats"))]
mod seal;
