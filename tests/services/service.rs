//! A service that runs, and what it prints.

use crate::http::Client;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

pub(crate) const PROJECT: &str = "stories";
const MANAGEMENT_KEY: &str = "a-key-for-managing-stories";
pub(crate) const APP_URL: &str = "https://app.example.com/reset";

/// Until it listens, and until it ends.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Service {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) project: &'static str,
    pub(crate) management_key: String,
    printed: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Service {
    /// Starts `command` with a configuration, or without any option but where to listen. Its files go by `name`.
    pub(crate) fn start(name: &str, mut command: Command, config: Option<&str>) -> Self {
        if let Some(config) = config {
            let folder = crate::support::folder(&format!("services/{name}"));
            let (settings, key) = (folder.join("config.json"), folder.join("root.key"));
            std::fs::write(&settings, config).expect("a file");
            // With a NUL and a line feed, which are bytes like others.
            let bytes: Vec<u8> = (0..32_u8).map(|at| at.wrapping_mul(10)).collect();
            std::fs::write(&key, bytes).expect("a file");
            command
                .arg("--config")
                .arg(settings)
                .arg("--key-file")
                .arg(key)
                .args(["--project", PROJECT, "--management-key", MANAGEMENT_KEY])
                .args(["--app-url", APP_URL, "--dev"]);
        }
        command
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let printed = Arc::new(Mutex::new(String::new()));
        let (told, lines) = mpsc::channel();
        let readers = vec![
            collect(child.stdout.take().expect("piped"), &printed, Some(told)),
            collect(child.stderr.take().expect("piped"), &printed, None),
        ];
        // From here on it is killed, whatever happens.
        let mut service = Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            project: if config.is_some() { PROJECT } else { "example" },
            management_key: MANAGEMENT_KEY.to_owned(),
            printed,
            readers,
        };
        if let Err(problem) = service.wait_for_address(&lines) {
            let printed = service.end();
            panic!("{command:?}: {problem}\n{printed}");
        }
        service
    }

    fn wait_for_address(&mut self, lines: &Receiver<String>) -> Result<(), String> {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = lines.recv_timeout(left).map_err(|error| match error {
                RecvTimeoutError::Timeout => "it does not listen".to_owned(),
                RecvTimeoutError::Disconnected => "it ended before it listened".to_owned(),
            })?;
            if let Some(key) = line.strip_prefix("management key: ") {
                self.management_key = key.to_owned();
            }
            if let Some(address) = line.strip_prefix("listening on http://") {
                self.address = address.parse().map_err(|_| format!("it says {line:?}"))?;
                return Ok(());
            }
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// Asks it to end, as a supervisor does.
    pub(crate) fn terminate(&mut self) -> Result<(), String> {
        let mut kill = Command::new("kill");
        kill.args(["-TERM", &self.child.id().to_string()]);
        crate::support::run(&mut kill);
        let until = Instant::now() + PATIENCE;
        while self.status().is_none() {
            if Instant::now() > until {
                return Err("it goes on after SIGTERM".to_owned());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// How it ended, where it has.
    fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child of this process")
    }

    /// Kills it if it still runs; everything that it has printed.
    pub(crate) fn end(&mut self) -> String {
        if self.status().is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        lock(&self.printed).clone()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.end();
    }
}

/// The exit code of a service that is not to start with a management key, and what it says on stderr.
pub(crate) fn refused(mut command: Command, management_key: &str) -> (Option<i32>, String) {
    command.args([
        "--listen",
        "127.0.0.1:0",
        "--management-key",
        management_key,
    ]);
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = child.spawn().expect("it starts");
    let until = Instant::now() + PATIENCE;
    // One that starts all the same prints where it listens, and is ended.
    while child.try_wait().expect("a child of this process").is_none() {
        if Instant::now() > until {
            let _ = child.kill();
        }
        thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().expect("it has ended");
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// Reads what a child prints until it ends, so that it never waits for us.
fn collect(
    from: impl Read + Send + 'static,
    printed: &Arc<Mutex<String>>,
    told: Option<mpsc::Sender<String>>,
) -> JoinHandle<()> {
    let printed = Arc::clone(printed);
    thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            *lock(&printed) += &format!("{line}\n");
            // Nobody listens once the address is known.
            let _ = told.as_ref().map(|told| told.send(line));
        }
    })
}

fn lock(printed: &Mutex<String>) -> MutexGuard<'_, String> {
    printed.lock().expect("no reader panics")
}
