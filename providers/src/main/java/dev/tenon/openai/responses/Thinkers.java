package dev.tenon.openai.responses;

import java.util.List;

/**
 * Which models think, as far as their names say. OpenAI refuses to encrypt the reasoning of one that has none ("Encrypted content is not supported with this
 * model"), so a new model is taken for one that does, as all are since 2025.
 */
final class Thinkers {
    /** OpenAI's models without reasoning (platform.openai.com, "Models", 2026). */
    private static final List<String> NONE = List.of("gpt-3.5", "gpt-4", "chatgpt-", "gpt-5-chat");

    private Thinkers() {}

    /** @param model a name, with or without that of who made it before a slash (gateways) */
    static boolean has(String model) {
        String bare = model.substring(model.lastIndexOf('/') + 1);
        String own = bare.startsWith("openai.") ? bare.substring("openai.".length()) : bare;
        // Fine-tuned: ft:gpt-4.1:acme::id
        String base = own.startsWith("ft:") ? own.substring("ft:".length()) : own;
        return NONE.stream().noneMatch(base::startsWith);
    }
}
