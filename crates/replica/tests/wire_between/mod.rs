//! A wire between a client and a server, over real sockets, that does what networks do.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    Nothing,
    /// Each connection breaks once so many bytes have passed, either way.
    CutAfter(usize),
    /// One byte of each connection, in one direction, is another.
    Change {
        to_server: bool,
        place: usize,
    },
    /// So many connections carry requests and no answers.
    Swallow {
        answers: usize,
    },
    /// Of every second connection the answer is lost.
    SwallowEverySecond,
    /// The first connection breaks after so many bytes; all others go to another server.
    SwitchOnceTo(SocketAddr, usize),
}

pub struct Between {
    pub address: SocketAddr,
    counts: Arc<[AtomicUsize; 3]>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Between {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Between {
    pub async fn new(server: SocketAddr, fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Arc::new([const { AtomicUsize::new(0) }; 3]);
        let shared = counts.clone();
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let number = shared[2].fetch_add(1, Ordering::SeqCst);
                tokio::spawn(carry(client, server, number, fault, shared.clone()));
            }
        });
        Self { address, counts, task }
    }

    pub fn to_client(&self) -> usize {
        self.counts[0].load(Ordering::SeqCst)
    }

    pub fn to_server(&self) -> usize {
        self.counts[1].load(Ordering::SeqCst)
    }

    pub fn connections(&self) -> usize {
        self.counts[2].load(Ordering::SeqCst)
    }
}

async fn carry(
    client: TcpStream,
    server: SocketAddr,
    number: usize,
    fault: Fault,
    counts: Arc<[AtomicUsize; 3]>,
) {
    let to = match fault {
        Fault::SwitchOnceTo(other, _) if number > 0 => other,
        _ => server,
    };
    let Ok(server) = TcpStream::connect(to).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let swallowed = match fault {
        Fault::Swallow { answers } => number < answers,
        Fault::SwallowEverySecond => number.is_multiple_of(2),
        _ => false,
    };
    let limit = match fault {
        Fault::CutAfter(most) => most,
        Fault::SwitchOnceTo(_, most) if number == 0 => most,
        _ => usize::MAX,
    };
    let change = |there: bool| match fault {
        Fault::Change { to_server, place } if to_server == there => Some(place),
        _ => None,
    };
    let passed = Arc::new(AtomicUsize::new(0));
    let there = pass(from_client, to_server, limit, change(true), false, passed.clone(), &counts[1]);
    let back = pass(from_server, to_client, limit, change(false), swallowed, passed, &counts[0]);
    // When one direction ends, so does the connection.
    tokio::select! { () = there => {}, () = back => {} }
}

async fn pass(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    limit: usize,
    change: Option<usize>,
    swallowed: bool,
    passed: Arc<AtomicUsize>,
    count: &AtomicUsize,
) {
    let (mut buffer, mut place) = (vec![0; 4096], 0);
    loop {
        let Ok(length) = from.read(&mut buffer).await else { return };
        if length == 0 {
            return;
        }
        if swallowed {
            // The answer comes, and never arrives; the connection stays open.
            continue;
        }
        if let Some(at) = change.filter(|at| (place..place + length).contains(at)) {
            buffer[at - place] ^= 1;
        }
        place += length;
        let before = passed.fetch_add(length, Ordering::SeqCst);
        let goes = length.min(limit.saturating_sub(before));
        if to.write_all(&buffer[..goes]).await.is_err() {
            return;
        }
        count.fetch_add(goes, Ordering::SeqCst);
        if goes < length {
            return;
        }
    }
}
