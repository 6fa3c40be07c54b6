//! Real servers for tests, each with its own folder: they end with the test, or with its process.
#![allow(dead_code)]

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A port that nobody listens at just now.
pub(crate) fn free_port(address: Ipv4Addr) -> u16 {
    TcpListener::bind((address, 0)).unwrap().local_addr().unwrap().port()
}

pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// A program in one of these folders or in the path.
fn program(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(std::env::split_paths(&path));
    all.map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// A command that ends with this process; where this is root, run by nobody if so wanted.
fn bound(program: &Path, by_nobody: bool) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    if by_nobody && is_root() {
        command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]);
    }
    command.arg(program).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{what} did not come");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A PostgreSQL server of its own.
pub(crate) struct Postgres {
    child: Child,
    folder: tempfile::TempDir,
    bin: PathBuf,
    options: Vec<String>,
    port: u16,
}

impl Postgres {
    /// Where its programs are: Debian keeps them out of the path.
    fn bin() -> Option<PathBuf> {
        let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
            .unwrap_or_default();
        folders.sort();
        folders.reverse();
        Some(program("initdb", &folders)?.parent()?.to_owned())
    }

    /// Why there is none; `None` if there is.
    pub(crate) fn missing() -> Option<&'static str> {
        Self::bin()
            .is_none()
            .then_some("skipped: PostgreSQL is not installed (Debian's package `postgresql`)")
    }

    /// A server that is reached by a socket in its folder, and at these addresses.
    pub(crate) fn start(addresses: &[Ipv4Addr]) -> Self {
        Self::start_with(addresses, &[])
    }

    /// The same, with settings (`NAME=VALUE`).
    pub(crate) fn start_with(addresses: &[Ipv4Addr], settings: &[&str]) -> Self {
        let bin = Self::bin().unwrap();
        let folder = tempfile::tempdir().unwrap();
        // Only nobody works in it, if this is root.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let data = folder.path().join("data");
        let made = bound(&bin.join("initdb"), true)
            .arg("-D")
            .arg(&data)
            .args(["-U", "kedge", "--auth=trust", "--no-sync", "--no-locale", "-E", "UTF8"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let all = "host all all 0.0.0.0/0 trust\nlocal all all trust\n";
        fs::write(data.join("pg_hba.conf"), all).unwrap();
        let port = addresses.first().map_or(5432, |address| free_port(*address));
        let listen: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let mut options = vec![
            format!("listen_addresses={}", listen.join(",")),
            format!("unix_socket_directories={}", folder.path().display()),
            format!("port={port}"),
            "shared_buffers=16MB".to_owned(),
        ];
        options.extend(settings.iter().map(ToString::to_string));
        let child = Self::run(&bin, &data, &options, &folder.path().join("log"));
        let server = Self { child, folder, bin, options, port };
        server.wait();
        server
    }

    fn run(bin: &Path, data: &Path, options: &[String], log: &Path) -> Child {
        let mut command = bound(&bin.join("postgres"), true);
        command.arg("-D").arg(data);
        for option in options {
            command.args(["-c", option]);
        }
        let log = fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
        command.stderr(log).spawn().unwrap()
    }

    fn wait(&self) {
        until("PostgreSQL", || {
            let mut ready = Command::new(self.bin.join("pg_isready"));
            ready.arg("-q").arg("-h").arg(self.folder.path()).args(["-p", &self.port.to_string()]);
            ready.status().unwrap().success()
        });
    }

    /// The server is killed, as when its machine stops, and started again.
    pub(crate) fn kill_and_restart(&mut self) {
        self.kill();
        self.restart();
    }

    /// The server is killed, as when its machine stops.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// One that was killed is started again.
    pub(crate) fn restart(&mut self) {
        // The first process going away is noticed by the others, which then end; what is left of the lock file is stale.
        let data = self.folder.path().join("data");
        let log = self.folder.path().join("log");
        until("a second start of PostgreSQL", || {
            self.child = Self::run(&self.bin, &data, &self.options, &log);
            std::thread::sleep(Duration::from_millis(300));
            self.child.try_wait().unwrap().is_none()
        });
        self.wait();
    }

    /// How it is reached on this machine.
    pub(crate) fn url(&self) -> String {
        format!("postgres://kedge@localhost:{}/postgres?host={}", self.port, self.folder.path().display())
    }

    /// How it is reached at an address.
    pub(crate) fn url_at(&self, address: Ipv4Addr) -> String {
        format!("postgres://kedge@{address}:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGQUIT lets it end its own children; what it would write is thrown away.
        let ended = Command::new("kill").args(["-QUIT", &self.child.id().to_string()]).status();
        if ended.is_err() {
            self.child.kill().ok();
        }
        self.child.wait().ok();
    }
}

/// A NATS server of its own, with JetStream.
pub(crate) struct Nats {
    child: Child,
    folder: tempfile::TempDir,
    program: PathBuf,
    address: Ipv4Addr,
    port: u16,
}

impl Nats {
    fn program() -> Option<PathBuf> {
        program("nats-server", &[PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/bin")])
    }

    /// Why there is none; `None` if there is.
    pub(crate) fn missing() -> Option<&'static str> {
        Self::program()
            .is_none()
            .then_some("skipped: nats-server is not installed (Debian's package `nats-server`)")
    }

    pub(crate) fn start(address: Ipv4Addr) -> Self {
        let (program, folder) = (Self::program().unwrap(), tempfile::tempdir().unwrap());
        // It takes a port itself and says which: one that was looked for before may be another test's by now.
        let child = Self::run(&program, &folder, address, "-1");
        let said = folder.path().join(format!("nats-server_{}.ports", child.id()));
        let mut port = None;
        until("the port of NATS", || {
            let text = fs::read_to_string(&said).unwrap_or_default();
            // Of "nats://127.0.0.1:4222", or one for each address of the machine.
            let first = text.split_once("nats://").and_then(|(_, rest)| rest.split_once('"'));
            port = first.and_then(|(at, _)| at.rsplit_once(':')?.1.parse().ok());
            port.is_some()
        });
        let server = Self { child, folder, program, address, port: port.unwrap() };
        server.wait();
        server
    }

    fn run(program: &Path, folder: &tempfile::TempDir, address: Ipv4Addr, port: &str) -> Child {
        let mut command = bound(program, false);
        command.args(["-js", "-a", &address.to_string(), "-p", port, "-sd"]).arg(folder.path());
        command.arg("--ports_file_dir").arg(folder.path()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn wait(&self) {
        until("NATS", || std::net::TcpStream::connect((self.address, self.port)).is_ok());
    }

    /// The server is killed, and started again on what it had stored.
    pub(crate) fn kill_and_restart(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = Self::run(&self.program, &self.folder, self.address, &self.port.to_string());
        self.wait();
    }

    /// The server is killed and loses all that it had stored.
    pub(crate) fn lose_everything(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.folder = tempfile::tempdir().unwrap();
        self.child = Self::run(&self.program, &self.folder, self.address, &self.port.to_string());
        self.wait();
    }

    pub(crate) fn url(&self) -> String {
        self.url_at(self.address)
    }

    pub(crate) fn url_at(&self, address: Ipv4Addr) -> String {
        format!("nats://{address}:{}", self.port)
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
