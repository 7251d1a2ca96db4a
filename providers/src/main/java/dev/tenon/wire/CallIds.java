package dev.tenon.wire;

import dev.tenon.message.Content;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The ids that pair calls and results in one request. Providers' ids may be empty or repeat: then the wire gets ids that do not, which depend only on
 * the messages before, so that a host's prompt cache holds. Not thread-safe.
 */
public final class CallIds {
    /** What a host accepts as an id. */
    public enum Form {
        /** Any text. */
        ANY("(?s).+"),
        /** Letters, digits, underscores and hyphens, 64 at most (Anthropic). */
        WORD("[a-zA-Z0-9_-]{1,64}"),
        /** Any text of 64 characters at most (OpenAI's Responses). */
        SHORT("(?s).{1,64}"),
        /** Nine letters and digits (Mistral). */
        NINE("[a-zA-Z0-9]{9}");

        private final Pattern pattern;

        Form(String pattern) {
            this.pattern = Pattern.compile(pattern);
        }

        private boolean accepts(String id) {
            return this == ANY ? !id.isEmpty() : pattern.matcher(id).matches();
        }
    }

    private static final String DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

    private record Open(String original, String sent) {}

    private final Form form;
    private final Set<String> used = new HashSet<>();
    private final List<Open> open = new ArrayList<>();

    /** The ids of one request. */
    public CallIds(Form form) {
        this.form = form;
    }

    /** The next assistant message begins: calls before it have their results, or never will. */
    public void begin() {
        open.clear();
    }

    /** The id to send for a call. */
    public String of(Content.ToolCall call) {
        String id = call.id();
        String sent = form.accepts(id) ? id : made(id, 0);
        for (int again = 1; !used.add(sent); again++) {
            sent = made(id, again);
        }
        open.add(new Open(id, sent));
        return sent;
    }

    /** The id to send for a result: that of the first call with its id that has no result yet. */
    public String of(Content.ToolResult result) {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).original.equals(result.callId())) return open.remove(i).sent;
        }
        return form == Form.ANY || form.accepts(result.callId()) ? result.callId() : made(result.callId(), 0);
    }

    private String made(String id, int again) {
        if (form != Form.NINE) return "call_" + (used.size() + again);
        CRC32C hash = new CRC32C();
        hash.update(id.getBytes(StandardCharsets.UTF_8));
        hash.update(id.isEmpty() ? used.size() + again : again);
        StringBuilder text = new StringBuilder("c");
        long left = hash.getValue() << 8 | (id.length() + again & 0xFF);
        for (int i = 0; i < 8; i++) {
            text.append(DIGITS.charAt((int) (left % DIGITS.length())));
            left /= DIGITS.length();
        }
        return text.toString();
    }
}
