package dev.tenon.toolbox.files;

import dev.tenon.toolbox.RefusedException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Text of bytes and bytes of text, exact: what does not fit the encoding is refused and never replaced. */
final class Encodings {
    static final String BASE64 = "base64";
    private static final Map<String, Charset> KNOWN = known();

    private Encodings() {}

    private static Map<String, Charset> known() {
        Map<String, Charset> known = new LinkedHashMap<>();
        known.put("utf-8", StandardCharsets.UTF_8);
        known.put("utf-16", StandardCharsets.UTF_16);
        known.put("utf-16le", StandardCharsets.UTF_16LE);
        known.put("utf-16be", StandardCharsets.UTF_16BE);
        known.put("iso-8859-1", StandardCharsets.ISO_8859_1);
        known.put("us-ascii", StandardCharsets.US_ASCII);
        if (Charset.isSupported("windows-1252")) {
            known.put("windows-1252", Charset.forName("windows-1252"));
        }
        return known;
    }

    static boolean isBase64(String name) {
        return name.equalsIgnoreCase(BASE64);
    }

    static Charset charset(String name) {
        Charset found = KNOWN.get(name.toLowerCase(Locale.ROOT));
        if (found == null) {
            throw new RefusedException(
                    "files.encoding",
                    "\"" + RefusedException.shown(name) + "\" is no encoding that is known here",
                    String.join(", ", KNOWN.keySet()) + " and, for any bytes, base64");
        }
        return found;
    }

    /** Reports what does not fit. */
    static CharsetDecoder strict(Charset charset) {
        return charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    static String text(byte[] bytes, String encoding, String path) {
        if (isBase64(encoding)) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        try {
            return strict(charset(encoding)).decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw misfit(path, encoding);
        }
    }

    static RefusedException misfit(String path, String encoding) {
        return new RefusedException(
                "files.encoding",
                "\"" + RefusedException.shown(path) + "\" is no text in " + RefusedException.shown(encoding),
                "another encoding, such as iso-8859-1, or base64 for bytes of any kind");
    }

    static byte[] bytes(String text, String encoding) {
        if (isBase64(encoding)) {
            try {
                // The decoder for MIME would leave out whatever is none of its letters, and not only line breaks.
                return Base64.getDecoder().decode(text.replaceAll("[\r\n]", ""));
            } catch (IllegalArgumentException e) {
                throw new RefusedException(
                        "files.encoding",
                        "the content is no base64",
                        "base64 (RFC 4648, section 4), or another encoding");
            }
        }
        try {
            ByteBuffer encoded = charset(encoding)
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new RefusedException(
                    "files.encoding",
                    "the content has characters that " + RefusedException.shown(encoding) + " cannot write",
                    "utf-8");
        }
    }
}
