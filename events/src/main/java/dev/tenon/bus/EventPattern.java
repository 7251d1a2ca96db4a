package dev.tenon.bus;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which events, by name. Immutable; its JSON form is its text.
 *
 * <ul>
 *   <li>{@code tool.call.finished}: that name.
 *   <li>{@code tool.call.*}: a {@code *} stands for exactly one segment. It is a whole segment: {@code f*} is refused.
 *   <li>{@code tool.**}, {@code **.failed}, {@code model.**.failed}, {@code **}: a {@code **} stands for any number of segments, none included.
 *   <li>{@code re:(tool|model)\.call\..+}: a regular expression of {@link Pattern}, which must match the whole name. It may take 100,000 steps and
 *       16 a character; then it is refused as too costly.
 * </ul>
 */
public final class EventPattern {
    /** Every event. */
    public static final EventPattern ALL = of("**");

    private static final String REGEX = "re:";
    private static final String ONE = "*";
    private static final String ANY = "**";
    private static final Pattern SEGMENT = Pattern.compile("[a-z0-9_-]+");

    private final String text;
    private final List<String> segments;
    private final boolean exact;
    private final @Nullable BoundedRegex regex;

    private EventPattern(String text, List<String> segments, @Nullable BoundedRegex regex) {
        this.text = text;
        this.segments = segments;
        this.exact = regex == null && !segments.contains(ONE) && !segments.contains(ANY);
        this.regex = regex;
    }

    /**
     * The pattern of this text.
     *
     * @throws IllegalArgumentException where no event could have such a name, or the regular expression is none; it names the segment
     */
    @JsonCreator
    public static EventPattern of(String text) {
        Objects.requireNonNull(text, "text");
        if (text.startsWith(REGEX)) {
            return new EventPattern(text, List.of(), BoundedRegex.of(text.substring(REGEX.length())));
        }
        List<String> segments = new ArrayList<>();
        for (String segment : text.split("\\.", -1)) {
            if (!segment.equals(ONE)
                    && !segment.equals(ANY)
                    && !SEGMENT.matcher(segment).matches()) {
                throw new IllegalArgumentException("not a pattern for events: \"" + text + "\": segment "
                        + (segments.size() + 1) + " is \"" + segment
                        + "\"; expected lower-case letters, digits, '_' and '-', or * for one segment, or ** for any"
                        + " number of them; or re: and a regular expression for the whole name");
            }
            segments.add(segment);
        }
        return new EventPattern(text, List.copyOf(segments), null);
    }

    /**
     * Whether events of this name are meant.
     *
     * @throws dev.tenon.error.TenonException of code {@code bus.pattern_too_costly} where a regular expression cannot be decided within its bound
     */
    public boolean matches(String name) {
        Objects.requireNonNull(name, "name");
        if (regex != null) {
            return regex.matches(name);
        }
        return exact ? name.equals(text) : matchesSegments(name);
    }

    /** Takes as little as possible for each {@code **} and widens only the last one, which is enough: at most segments times segments steps. */
    private boolean matchesSegments(String name) {
        int end = name.length() + 1; // as if every segment had its dot
        int at = 0;
        int next = 0;
        int any = -1;
        int widened = 0;
        while (at < end) {
            if (next < segments.size() && segments.get(next).equals(ANY)) {
                any = next++;
                widened = at;
            } else if (next < segments.size() && fits(segments.get(next), name, at)) {
                next++;
                at = after(name, at);
            } else if (any < 0) {
                return false;
            } else {
                widened = after(name, widened);
                at = widened;
                next = any + 1;
            }
        }
        while (next < segments.size() && segments.get(next).equals(ANY)) {
            next++;
        }
        return next == segments.size();
    }

    private static boolean fits(String segment, String name, int at) {
        return segment.equals(ONE) || (segment.length() == after(name, at) - 1 - at && name.startsWith(segment, at));
    }

    private static int after(String name, int at) {
        int dot = name.indexOf('.', at);
        return (dot < 0 ? name.length() : dot) + 1;
    }

    /** The text. */
    @JsonValue
    public String text() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EventPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
