package dev.tenon.toolbox.files;

import dev.tenon.toolbox.RefusedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import java.util.Base64;

/** Reads parts of a file as text, within bounds. */
final class Reading {
    private final FileLimits limits;

    Reading(FileLimits limits) {
        this.limits = limits;
    }

    /** Lines from one on (the first is 1), with a note where there are more. */
    String lines(SeekableByteChannel file, String path, long from, long lines, String encoding) throws IOException {
        StringBuilder out = new StringBuilder();
        Reader reader = new BufferedReader(Channels.newReader(file, Encodings.strict(Encodings.charset(encoding)), -1));
        long line = 1;
        long scanned = 0;
        boolean cut = false;
        boolean more = false;
        boolean atBreak = false;
        try {
            while (true) {
                int c = reader.read();
                if (c < 0) {
                    break;
                }
                if (++scanned > limits.scanBytes()) {
                    throw new RefusedException(
                            "files.size",
                            "line " + from + " lies beyond the first " + limits.scanBytes() + " characters of \""
                                    + RefusedException.shown(path) + "\"",
                            "reading by offset and length, in bytes");
                }
                if (scanned == 1 && c == '\uFEFF') {
                    continue;
                }
                if (line >= from) {
                    if (line - from >= lines) {
                        more = true;
                        break;
                    }
                    if (c == 0) {
                        throw binary(path);
                    }
                    if (out.length() >= limits.readBytes()) {
                        cut = true;
                        break;
                    }
                    out.append((char) c);
                }
                atBreak = c == '\n';
                if (atBreak) {
                    line++;
                }
            }
        } catch (CharacterCodingException e) {
            throw Encodings.misfit(path, encoding);
        }
        if (from > line || from == line && out.isEmpty() && from > 1) {
            long last = scanned == 0 ? 0 : atBreak ? line - 1 : line;
            throw new RefusedException(
                    "files.range",
                    "\"" + RefusedException.shown(path) + "\" has " + last + " lines, asked for line " + from,
                    "lines from 1 on");
        }
        String note = note(cut, more, from, line, out); // may shorten what was read
        return out + note;
    }

    private static String note(boolean cut, boolean more, long from, long line, StringBuilder out) {
        if (cut) {
            int last = out.length() - 1;
            if (last >= 0 && Character.isHighSurrogate(out.charAt(last))) {
                out.setLength(last); // half a character
            }
            int end = out.lastIndexOf("\n");
            if (end < 0) {
                return "\n[cut within line " + line
                        + ", which is longer than one result; read on by offset and length]";
            }
            out.setLength(end + 1);
            return "[cut after line " + (line - 1) + "; read on with fromLine " + line + "]";
        }
        return more ? "[lines " + from + " to " + (line - 1) + "; there are more]" : "";
    }

    private static RefusedException binary(String path) {
        return new RefusedException(
                "files.encoding",
                "\"" + RefusedException.shown(path) + "\" is no text: it has zero bytes",
                "reading it with encoding base64");
    }

    /** Bytes from an offset on. */
    String bytes(SeekableByteChannel file, String path, long offset, long length, String encoding) throws IOException {
        long size = file.size();
        boolean base64 = Encodings.isBase64(encoding);
        long most = base64 ? limits.readBytes() / 4 * 3 : limits.readBytes();
        byte[] bytes = read(file, offset, (int) Math.min(length, Math.max(1, most)));
        String text = base64 ? Base64.getEncoder().encodeToString(bytes) : part(bytes, Encodings.charset(encoding));
        if (!base64 && text.indexOf(0) >= 0) {
            throw binary(path);
        }
        long end = offset + bytes.length;
        return end < size ? text + "\n[bytes " + offset + " to " + end + " of " + size + "]" : text;
    }

    /** A part may begin and end within a character. */
    private static String part(byte[] bytes, Charset charset) {
        try {
            return charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new AssertionError("what does not fit is replaced", e);
        }
    }

    private static byte[] read(SeekableByteChannel file, long offset, int most) throws IOException {
        file.position(offset);
        ByteBuffer buffer = ByteBuffer.allocate(most);
        while (buffer.hasRemaining()) {
            if (file.read(buffer) < 0) {
                break;
            }
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
