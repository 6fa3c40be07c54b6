//! Where it is served: the loopback addresses, on the port asked for or the next one that is free.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::net::TcpListener;

/// The port where none is asked for.
pub const DEFAULT_PORT: u16 = 4747;

/// How many ports after the one asked for are tried.
const TRIED: u16 = 20;

/// Where the pages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// The port that is served.
    pub port: u16,
    /// The port that was asked for; 0 stands for any.
    pub asked: u16,
}

impl fmt::Display for Address {
    /// What a person opens, and a word where the port is not the one asked for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://localhost:{}/", self.port)?;
        if self.asked != 0 && self.asked != self.port {
            write!(f, " (port {} is taken)", self.asked)?;
        }
        Ok(())
    }
}

/// Listens on 127.0.0.1 and, where the machine has it, on `[::1]`, with one port for both. Port 0 is any free one; a port
/// that is taken gives way to the next.
pub(crate) async fn bind(asked: u16) -> io::Result<(Address, Vec<TcpListener>)> {
    let mut last = None;
    for port in
        (asked..=asked.saturating_add(if asked == 0 { 0 } else { TRIED })).take(usize::from(TRIED) + 1)
    {
        match TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await {
            Ok(first) => {
                let port = first.local_addr()?.port();
                let second = TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await;
                // A machine without IPv6, or another program there: `localhost` then leads to 127.0.0.1.
                let listeners = std::iter::once(first).chain(second.ok()).collect();
                return Ok((Address { port, asked }, listeners));
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or_else(|| io::Error::from(io::ErrorKind::AddrInUse)))
}
