package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.wire.FactoryContract;
import org.junit.jupiter.api.Test;

class OpenAiFactoryTest extends FactoryContract {
    OpenAiFactoryTest() {
        super("openai");
    }

    @Override
    protected boolean embeds() {
        return true;
    }

    @Test
    void theHostDecidesWhoseHabitsAreFollowed() {
        Json groq = Json.object("model", "llama").with("host", "groq");
        Json local = Json.object("model", "llama").with("base_url", "http://localhost:11434/v1");

        assertThat(registry.create("openai", groq).info().provider()).isEqualTo("groq");
        assertThat(registry.create("openai", local).info().provider()).isEqualTo("ollama");
        assertThat(registry.create("openai", Json.object("model", "gpt-5"))
                        .info()
                        .window())
                .isEqualTo(400_000);
        assertThatThrownBy(() ->
                        registry.create("openai", Json.object("model", "m").with("host", "azure")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no address of its own");
    }
}
