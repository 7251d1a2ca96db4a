package dev.tenon.openai;

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
final class CallIds {
    /** What Mistral accepts. */
    private static final Pattern SHORT = Pattern.compile("[a-zA-Z0-9]{9}");

    private static final String DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

    private record Open(String original, String sent) {}

    private final boolean nine;
    private final Set<String> used = new HashSet<>();
    private final List<Open> open = new ArrayList<>();

    CallIds(boolean nine) {
        this.nine = nine;
    }

    /** The next assistant message begins: calls before it have their results, or never will. */
    void begin() {
        open.clear();
    }

    /** The id to send for a call. */
    String of(Content.ToolCall call) {
        String id = call.id();
        boolean fits = !id.isEmpty() && (!nine || SHORT.matcher(id).matches());
        String sent = fits ? id : made(id, 0);
        for (int again = 1; !used.add(sent); again++) {
            sent = made(id, again);
        }
        open.add(new Open(id, sent));
        return sent;
    }

    /** The id to send for a result: that of the first call with its id that has no result yet. */
    String of(Content.ToolResult result) {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).original.equals(result.callId())) return open.remove(i).sent;
        }
        return nine && !SHORT.matcher(result.callId()).matches() ? made(result.callId(), 0) : result.callId();
    }

    private String made(String id, int again) {
        if (!nine) return "call_" + (used.size() + again);
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
