package dev.tenon.toolbox.guard;

import dev.tenon.error.Failure;
import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Outcome;
import dev.tenon.run.Watch;
import dev.tenon.scope.State;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Strips known secrets from what leaves: events, deltas, log lines, results of tools. Each is found as it is, in JSON (also within JSON), in HTML, percent-encoded as the usual encoders do, in hexadecimal, and in
 * base64 wherever it begins, also in lines. In their place stands {@code [secret NAME]}. Immutable.
 *
 * <p>It knows these spellings and no others: a tool that turns a secret around is not caught. Secrets shorter than {@value #LEAST} characters are refused: stripping them would strip plain words.
 */
public final class Redactor {
    /** Characters of the shortest secret. */
    public static final int LEAST = 6;

    /** Characters of base64 in lines that may be held back while it comes in pieces. */
    private static final int LONGEST_HELD = 8192;

    private static final Pattern ESCAPE = Pattern.compile("%[0-9A-F]{2}");

    /** A spelling of a secret, and what stands in its place. */
    private record Spelling(String text, String instead) {}

    /** Base64 as tools print it, with a line break after some characters. */
    private record Wrapped(Pattern text, String instead) {}

    private final List<Spelling> spellings;
    private final List<Wrapped> wrapped;

    private Redactor(List<Spelling> spellings, List<Wrapped> wrapped) {
        this.spellings = List.copyOf(spellings);
        this.wrapped = List.copyOf(wrapped);
    }

    /** Strips these. */
    public static Redactor of(Secret... secrets) {
        Objects.requireNonNull(secrets, "secrets");
        return of(List.of(secrets));
    }

    /** Strips these. */
    public static Redactor of(List<Secret> secrets) {
        Objects.requireNonNull(secrets, "secrets");
        Map<String, String> all = new LinkedHashMap<>();
        List<Wrapped> wrapped = new ArrayList<>();
        for (Secret secret : secrets) {
            String value = secret.reveal();
            if (value.length() < LEAST) {
                throw new IllegalArgumentException("the secret \"" + secret.name() + "\" is shorter than " + LEAST
                        + " characters, and stripping it would strip plain words; use a longer secret");
            }
            for (String spelling : spellings(value)) {
                all.putIfAbsent(spelling, "[secret " + secret.name() + "]");
            }
            for (int shift = 0; shift < 3; shift++) {
                String text =
                        base64(value.getBytes(StandardCharsets.UTF_8), shift).get(0);
                if (text.length() >= LEAST) {
                    String broken = text.chars()
                            .mapToObj(c -> Pattern.quote(Character.toString(c)))
                            .collect(Collectors.joining("[\\r\\n]*+"));
                    wrapped.add(new Wrapped(Pattern.compile(broken), "[secret " + secret.name() + "]"));
                }
            }
        }
        List<Spelling> sorted = new ArrayList<>();
        all.forEach((text, instead) -> sorted.add(new Spelling(text, instead)));
        sorted.sort(
                Comparator.comparingInt((Spelling spelling) -> -spelling.text().length()));
        // A secret that another one begins with would leave that one's end.
        wrapped.sort(
                Comparator.comparingInt((Wrapped each) -> -each.text().pattern().length()));
        return new Redactor(sorted, wrapped);
    }

    private static List<String> spellings(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        List<String> all = new ArrayList<>(List.of(value));
        String json = Json.of(value).toString();
        all.add(json.substring(1, json.length() - 1));
        String inner = json.substring(1, json.length() - 1);
        String twice = Json.of(inner).toString();
        all.add(twice.substring(1, twice.length() - 1)); // JSON as a text in JSON
        all.add(inner.replace("/", "\\/"));
        all.add(value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
        all.add(all.get(all.size() - 1).replace("\"", "&quot;").replace("'", "&#39;"));
        String form = URLEncoder.encode(value, StandardCharsets.UTF_8);
        for (String percent : List.of(
                form,
                form.replace("+", "%20"),
                percent(bytes, "-._~"), // RFC 3986
                percent(bytes, "-._~!'()*"), // JavaScript's encodeURIComponent
                percent(bytes, "-._~!'()*;/?:@&=+$,#"), // and its encodeURI
                percent(bytes, "-._~/"))) {
            all.add(percent);
            all.add(ESCAPE.matcher(percent).replaceAll(found -> found.group().toLowerCase(Locale.ROOT)));
        }
        all.add(HexFormat.of().formatHex(bytes));
        all.add(HexFormat.of().withUpperCase().formatHex(bytes));
        for (int shift = 0; shift < 3; shift++) {
            all.addAll(base64(bytes, shift));
        }
        all.removeIf(spelling -> spelling.length() < LEAST);
        return all;
    }

    private static String percent(byte[] bytes, String kept) {
        StringBuilder out = new StringBuilder();
        for (byte b : bytes) {
            char c = (char) (b & 255);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || kept.indexOf(c) >= 0);
            out.append(
                    plain
                            ? String.valueOf(c)
                            : "%" + HexFormat.of().withUpperCase().toHexDigits(b));
        }
        return out.toString();
    }

    /** What of it is the same in the base64 of any text that has it after so many bytes (modulo 3). */
    private static List<String> base64(byte[] bytes, int shift) {
        byte[] padded = new byte[bytes.length + shift];
        System.arraycopy(bytes, 0, padded, shift, bytes.length);
        String text = Base64.getEncoder().withoutPadding().encodeToString(padded);
        int from = shift == 0 ? 0 : shift + 1;
        int to = padded.length * 8 / 6;
        String certain = text.substring(from, Math.max(from, Math.min(to, text.length())));
        return List.of(certain, certain.replace('+', '-').replace('/', '_'));
    }

    /** The text without secrets. */
    public String strip(String text) {
        Objects.requireNonNull(text, "text");
        String plain = text;
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            for (Wrapped each : wrapped) {
                plain = each.text().matcher(plain).replaceAll(Matcher.quoteReplacement(each.instead()));
            }
        }
        for (Spelling spelling : spellings) {
            if (plain.contains(spelling.text())) {
                plain = plain.replace(spelling.text(), spelling.instead());
            }
        }
        return plain;
    }

    /** The value without secrets, in its names and its texts. */
    public Json strip(Json value) {
        Objects.requireNonNull(value, "value");
        return switch (value) {
            case Json.Str text -> new Json.Str(strip(text.value()));
            case Json.Arr array ->
                Json.Arr.of(array.items().stream().map(this::strip).toList());
            case Json.Obj object -> {
                Map<String, Json> members = new LinkedHashMap<>();
                object.forEach((name, member) -> members.put(strip(name), strip(member)));
                yield Json.Obj.of(members);
            }
            case Json.Num number ->
                strip(number.toString()).equals(number.toString()) ? number : new Json.Str(strip(number.toString()));
            case Json.Bool bool -> bool;
            case Json.Null none -> none;
        };
    }

    private Failure strip(Failure failure) {
        Map<String, String> context = new LinkedHashMap<>();
        failure.context().forEach((name, value) -> context.put(name, strip(value)));
        Map<String, Object> extra = new LinkedHashMap<>();
        failure.extra()
                .forEach((name, value) -> extra.put(
                        name,
                        switch (value) {
                            case String text -> strip(text);
                            case Json json -> strip(json);
                            default -> value;
                        }));
        return new Failure(
                failure.code(),
                strip(failure.message()),
                failure.recovery(),
                context,
                failure.causes().stream().map(this::strip).toList(),
                extra);
    }

    private Content.OfResult strip(Content.OfResult part) {
        return switch (part) {
            case Content.Text text -> Content.text(strip(text.text()));
            case Content.Media media -> strip(media);
            case Content.Opaque opaque ->
                new Content.Opaque(opaque.kind(), strip(opaque.data()), opaque.origin(), opaque.extra());
        };
    }

    /** A file that is text is read as one; its name and address are texts in any case. */
    private Content.Media strip(Content.Media media) {
        Content.Media.Source source = switch (media.source()) {
            case Content.Media.Inline inline -> strip(inline);
            case Content.Media.At at -> new Content.Media.At(strip(at.uri()));
            case Content.Media.Stored stored -> stored;
        };
        return new Content.Media(
                media.kind(), media.mimeType(), source, strip(media.name()), media.origin(), media.extra());
    }

    private Content.Media.Inline strip(Content.Media.Inline inline) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(inline.bytes()))
                    .toString();
        } catch (CharacterCodingException | IllegalArgumentException e) {
            return inline; // no text
        }
        String plain = strip(text);
        return plain.equals(text)
                ? inline
                : new Content.Media.Inline(Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)));
    }

    /** Strips every result of a tool, what it keeps in the run's state, and its failure before the model, the journal and the events see it. Add it as the agent's first interceptor. */
    public Interceptor results() {
        return (effect, call, chain) -> {
            Outcome outcome = chain.proceed(effect);
            if (outcome instanceof Outcome.Failed failed) {
                return new Outcome.Failed(strip(failed.failure()));
            }
            if (!(outcome instanceof Outcome.Returned returned)) {
                return outcome;
            }
            List<Content.OfResult> content =
                    returned.content().stream().map(this::strip).toList();
            List<State.Change> changes = returned.changes().stream()
                    .map(change -> new State.Change(change.key(), strip(change.value())))
                    .toList();
            return new Outcome.Returned(content, returned.error(), changes, returned.abandoned(), returned.offered());
        };
    }

    /** A listener that is told of events without secrets. */
    public Listener events(Listener listener) {
        Objects.requireNonNull(listener, "listener");
        return event -> listener.on(strip(event));
    }

    /**
     * A watch that is shown deltas and events without secrets, also a secret that comes in several deltas: what may be the beginning of one is shown when it is known that it is none, at the latest when
     * the reply ends. Used for one run.
     */
    public Watch watch(Watch watch) {
        return new RedactedWatch(this, Objects.requireNonNull(watch, "watch"));
    }

    Event strip(Event event) {
        Map<String, String> tags = new LinkedHashMap<>();
        event.tags().forEach((tag, value) -> tags.put(tag, strip(value)));
        Map<String, Json> extra = new LinkedHashMap<>();
        event.extra().forEach((name, value) -> extra.put(name, strip(value)));
        return new Event(
                event.name(),
                event.sequence(),
                event.run(),
                event.parent(),
                event.time(),
                event.severity(),
                tags,
                strip(event.payload()),
                extra);
    }

    /** A text that comes in pieces. */
    Stream stream() {
        return new Stream();
    }

    /** Strips a text that comes in pieces: what may be the beginning of a secret is held until it is known. Not thread-safe. */
    final class Stream {
        private String held = "";

        /** What of the text so far can be shown, and was not yet. */
        String take(String piece) {
            String text = held + piece;
            int from = begins(text, 0);
            for (int end = around(text, from); end > from; end = around(text, from)) {
                from = begins(text, end);
            }
            held = text.substring(from);
            return strip(text.substring(0, from));
        }

        /** What was held; nothing follows it. */
        String end() {
            String rest = held;
            held = "";
            return strip(rest);
        }
    }

    /** From where on, and not before a place, a text may be the beginning of a secret that is not all there; its length where nowhere. */
    @SuppressWarnings("JdkObsolete") // hitEnd: whether more text could make it a match is what is asked
    private int begins(String text, int first) {
        int begins = text.length();
        for (Spelling each : spellings) {
            String spelling = each.text();
            for (int at = Math.max(first, text.length() - spelling.length() + 1); at < begins; at++) {
                if (spelling.regionMatches(0, text, at, text.length() - at)) {
                    begins = at;
                }
            }
        }
        boolean lines = text.indexOf('\n', first) >= 0 || text.indexOf('\r', first) >= 0;
        for (Wrapped each : lines ? wrapped : List.<Wrapped>of()) {
            Matcher matcher = each.text().matcher(text);
            for (int at = Math.max(first, text.length() - LONGEST_HELD); at < begins; at++) {
                if (!matcher.region(at, text.length()).lookingAt() && matcher.hitEnd()) {
                    begins = at;
                }
            }
        }
        return begins;
    }

    /** The end of a secret that is all there, and within which a place lies; the place where there is none. */
    private int around(String text, int place) {
        for (Spelling each : spellings) {
            String spelling = each.text();
            int at = text.indexOf(spelling, Math.max(0, place - spelling.length() + 1));
            if (at >= 0 && at < place) {
                return at + spelling.length();
            }
        }
        for (Wrapped each : text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0 ? wrapped : List.<Wrapped>of()) {
            Matcher matcher = each.text().matcher(text);
            while (matcher.find() && matcher.start() < place) {
                if (matcher.end() > place) {
                    return matcher.end();
                }
            }
        }
        return place;
    }

    @Override
    public String toString() {
        return "Redactor["
                + spellings.stream().map(Spelling::instead).distinct().toList() + "]";
    }
}
