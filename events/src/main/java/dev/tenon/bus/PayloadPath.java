package dev.tenon.bus;

import dev.tenon.json.Json;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An RFC 6901 JSON Pointer, taken apart once so that following it costs no text. Immutable. */
final class PayloadPath {
    private final List<Step> steps;

    /** @param index of an array's item; -1 where the token is none */
    private record Step(String member, int index) {}

    private PayloadPath(List<Step> steps) {
        this.steps = steps;
    }

    /** @throws IllegalArgumentException where the text is no JSON Pointer */
    static PayloadPath of(String pointer) {
        if (pointer.isEmpty()) {
            return new PayloadPath(List.of());
        }
        for (int tilde = pointer.indexOf('~'); tilde >= 0; tilde = pointer.indexOf('~', tilde + 1)) {
            if (!pointer.startsWith("~0", tilde) && !pointer.startsWith("~1", tilde)) {
                throw new IllegalArgumentException(
                        "not a JSON Pointer: \"" + pointer + "\"; '~' must be followed by 0 or 1");
            }
        }
        return new PayloadPath(Stream.of(pointer.substring(1).split("/", -1))
                .map(token -> token.replace("~1", "/").replace("~0", "~"))
                .map(token -> new Step(token, index(token)))
                .toList());
    }

    private static int index(String token) {
        boolean index = !token.isEmpty()
                && token.length() <= 9
                && token.chars().allMatch(c -> c >= '0' && c <= '9')
                && (token.length() == 1 || token.charAt(0) != '0');
        return index ? Integer.parseInt(token) : -1;
    }

    @Nullable
    Json find(Json from) {
        Json here = from;
        for (int i = 0; i < steps.size() && here != null; i++) {
            Step step = steps.get(i);
            here = switch (here) {
                case Json.Obj object -> object.members().get(step.member());
                case Json.Arr array ->
                    step.index() >= 0 && step.index() < array.size() ? array.get(step.index()) : null;
                case Json.Str s -> null;
                case Json.Num n -> null;
                case Json.Bool b -> null;
                case Json.Null n -> null;
            };
        }
        return here;
    }
}
