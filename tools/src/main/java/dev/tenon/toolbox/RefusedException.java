package dev.tenon.toolbox;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import java.util.Map;
import java.util.Objects;

/**
 * A guard's refusal. The message is for the model: what was refused, why, and what is allowed instead. It holds no secret and no place of this machine that the model was not told.
 */
public final class RefusedException extends TenonException {
    private static final long serialVersionUID = 1L;

    /** Characters of a text that is shown. */
    private static final int MOST_SHOWN = 200;

    private final String why;
    private final String allowed;

    /**
     * A refusal.
     *
     * @param code dotted and stable, the family first: {@code files.outside}, {@code web.address}
     * @param why what was refused and why, one sentence without its full stop
     * @param allowed what may be done instead, one sentence without its full stop
     */
    public RefusedException(String code, String why, String allowed) {
        super(
                code,
                Objects.requireNonNull(why, "why") + ". Allowed: " + Objects.requireNonNull(allowed, "allowed"),
                Recovery.NONE,
                Map.of(),
                null);
        this.why = why;
        this.allowed = allowed;
    }

    /** A model's text as it may stand in a refusal: short, and without what could break a line or hide something. */
    public static String shown(String text) {
        Objects.requireNonNull(text, "text");
        StringBuilder out = new StringBuilder();
        text.codePoints().limit(MOST_SHOWN).forEach(c -> {
            boolean visible = switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> false;
                default -> true;
            };
            out.appendCodePoint(visible ? c : 0xFFFD);
        });
        return text.codePointCount(0, Math.min(text.length(), 2 * MOST_SHOWN + 2)) > MOST_SHOWN
                ? out + "…"
                : out.toString();
    }

    /** What was refused and why. */
    public String why() {
        return why;
    }

    /** What may be done instead. */
    public String allowed() {
        return allowed;
    }
}
