package dev.tenon.json;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** RFC 6901 JSON Pointers. */
final class Pointer {
    private Pointer() {}

    static Optional<Json> find(Json from, String pointer) {
        if (pointer.isEmpty()) {
            return Optional.of(from);
        }
        if (pointer.charAt(0) != '/') {
            throw new IllegalArgumentException("not a JSON Pointer: \"" + pointer
                    + "\"; expected \"\" or a text that starts with '/', such as /items/0");
        }
        @Nullable Json here = from;
        int start = 1;
        while (here != null) {
            int end = pointer.indexOf('/', start);
            String token = unescape(pointer.substring(start, end < 0 ? pointer.length() : end), pointer);
            here = switch (here) {
                case Json.Obj object -> object.get(token).orElse(null);
                case Json.Arr array -> item(array, token);
                case Json.Str s -> null;
                case Json.Num n -> null;
                case Json.Bool b -> null;
                case Json.Null n -> null;
            };
            if (end < 0) {
                break;
            }
            start = end + 1;
        }
        return Optional.ofNullable(here);
    }

    private static @Nullable Json item(Json.Arr array, String token) {
        if (token.isEmpty() || token.length() > 9 || (token.length() > 1 && token.charAt(0) == '0')) {
            return null;
        }
        int index = 0;
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (c < '0' || c > '9') {
                return null;
            }
            index = index * 10 + (c - '0');
        }
        return index < array.size() ? array.get(index) : null;
    }

    private static String unescape(String token, String pointer) {
        if (token.indexOf('~') < 0) {
            return token;
        }
        StringBuilder out = new StringBuilder(token.length());
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (c != '~') {
                out.append(c);
                continue;
            }
            char code = i + 1 < token.length() ? token.charAt(i + 1) : ' ';
            if (code != '0' && code != '1') {
                throw new IllegalArgumentException(
                        "not a JSON Pointer: \"" + pointer + "\"; '~' must be followed by 0 or 1");
            }
            out.append(code == '0' ? '~' : '/');
            i++;
        }
        return out.toString();
    }
}
