//! A client of HTTP/1.1: as much as it takes, and strict about answers.

use serde_json::Value;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any answer takes, so that a service that hangs fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is sent.
pub(crate) struct Request<'r> {
    pub(crate) method: &'r str,
    pub(crate) path: &'r str,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Option<Vec<u8>>,
}

impl Request<'_> {
    fn bytes(&self, address: SocketAddr) -> Vec<u8> {
        let Self { method, path, .. } = self;
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\n");
        if let Some(authorization) = &self.authorization {
            head += &format!("Authorization: {authorization}\r\n");
        }
        if let Some(body) = &self.body {
            head += &format!(
                "Content-Type: application/json\r\nContent-Length: {}\r\n",
                body.len()
            );
        }
        let body = self.body.as_deref().unwrap_or_default();
        [head.as_bytes(), b"\r\n", body].concat()
    }
}

/// What comes back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in small letters, without the date, sorted: their order says nothing.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known == name);
        found.map(|(_, value)| &**value)
    }

    pub(crate) fn json(&self) -> Result<Value, String> {
        serde_json::from_slice(&self.body)
            .map_err(|error| format!("{:?} is not JSON: {error}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// One caller, with a connection that is kept.
pub(crate) struct Client {
    address: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
}

impl Client {
    pub(crate) const fn new(address: SocketAddr) -> Self {
        Self {
            address,
            connection: None,
        }
    }

    pub(crate) fn send(&mut self, request: &Request<'_>) -> Result<Answer, String> {
        // A server may close what is idle: that is found when it is used, and tried once more.
        let is_kept = self.connection.is_some();
        let answer = match self.try_to_send(request) {
            Err(_) if is_kept => self.try_to_send(request),
            answer => answer,
        };
        answer.map_err(|error| format!("{} {}: {error}", request.method, request.path))
    }

    fn try_to_send(&mut self, request: &Request<'_>) -> io::Result<Answer> {
        // Put back only where all went well.
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                stream.set_nodelay(true)?;
                BufReader::new(stream)
            }
        };
        let sent = connection.get_mut().write_all(&request.bytes(self.address));
        // What is too large may be answered before it was all sent.
        let answer = match (read(&mut connection), sent) {
            (Err(_), Err(error)) => return Err(error),
            (answer, _) => answer?,
        };
        if answer.header("connection") != Some("close") {
            self.connection = Some(connection);
        }
        Ok(answer)
    }
}

fn read(connection: &mut impl BufRead) -> io::Result<Answer> {
    let wrong = |what: &str| io::Error::new(ErrorKind::InvalidData, what.to_owned());
    let mut line = || {
        let mut line = String::new();
        connection.read_line(&mut line)?;
        match line.strip_suffix("\r\n") {
            Some(line) => Ok(line.to_owned()),
            None => Err(wrong("the connection ended within a head")),
        }
    };
    let first = line()?;
    let status = first
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3)?.parse().ok())
        .ok_or_else(|| wrong(&first))?;
    let mut headers = Vec::new();
    loop {
        let line = line()?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| wrong(&line))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    headers.retain(|(name, _)| name != "date");
    headers.sort();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| value.parse().ok());
    let mut body = vec![0; length.ok_or_else(|| wrong("an answer without Content-Length"))?];
    connection.read_exact(&mut body)?;
    Ok(Answer {
        status,
        headers,
        body,
    })
}
