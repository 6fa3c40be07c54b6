//! A server that `kedge serve` started, and what it answers.
#![allow(dead_code)] // Each test uses a part.

use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

/// One that serves, or waits to; it ends with the test.
pub(crate) struct Serving {
    child: Child,
    said: Lines<BufReader<ChildStdout>>,
}

impl Serving {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, said }
    }

    pub(crate) fn process(&self) -> String {
        self.child.id().to_string()
    }

    /// The next line that it writes.
    pub(crate) fn says(&mut self) -> String {
        self.said.next().unwrap().unwrap()
    }

    /// Where it is, once it says so.
    pub(crate) fn address(&mut self) -> String {
        loop {
            if let Some((_, address)) = self.says().split_once("http://") {
                return address.trim_end_matches('/').to_owned();
            }
        }
    }

    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The whole answer, head and body.
pub(crate) fn get(address: &str, path: &str) -> String {
    ask(address, &format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"))
}

/// The answer to a form that was filled in.
pub(crate) fn post(address: &str, path: &str, form: &str) -> String {
    let length = form.len();
    ask(
        address,
        &format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n\
             content-type: application/x-www-form-urlencoded\r\n\r\n{form}"
        ),
    )
}

fn ask(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
