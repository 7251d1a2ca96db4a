package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.TokenCounter;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenAiTokensTest {
    @Test
    void countsAsTheVocabulariesDo() {
        OpenAiTokens now = OpenAiTokens.of("gpt-4o-mini");
        assertThat(now.tokens("")).isZero();
        assertThat(now.tokens("Hello, world!")).isEqualTo(4);
        assertThat(now.tokens("<|endoftext|>")).as("a mark in a text is text").isGreaterThan(1);
        assertThat(now).hasToString("OpenAiTokens[o200k_base]");
        assertThat(OpenAiTokens.of("gpt-4-0613")).hasToString("OpenAiTokens[cl100k_base]");
        assertThat(OpenAiTokens.of("openai/gpt-4.1")).hasToString("OpenAiTokens[o200k_base]");
        assertThat(now.tokens(ChatRequest.of("Hello, world!"))).isEqualTo(4 + 2 * now.marks());
    }

    /** This module's classes and all others but the library's. */
    private static final class Without extends URLClassLoader {
        Without(URL[] urls) {
            super(urls, ClassLoader.getPlatformClassLoader());
        }

        static Without library() throws MalformedURLException {
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                if (!entry.contains("jtokkit")) {
                    urls.add(new File(entry).toURI().toURL());
                }
            }
            return new Without(urls.toArray(URL[]::new));
        }
    }

    @Test
    void saysWhatIsMissingWhereTheLibraryIsNotThere() throws Exception {
        try (Without without = Without.library()) {
            Class<?> type = without.loadClass(OpenAiTokens.class.getName());
            assertThatThrownBy(() -> type.getMethod("of", String.class).invoke(null, "gpt-5"))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessage(
                            "counting tokens as \"gpt-5\" does needs com.knuddels:jtokkit 1.1.0, which is not on the"
                                    + " class path; add it, or use OpenAiTokens.orEstimate, which does without");
            assertThat(type.getMethod("orEstimate", String.class).invoke(null, "gpt-5"))
                    .hasToString(TokenCounter.ESTIMATE.toString());
        }
        assertThat(OpenAiTokens.orEstimate("gpt-5")).isInstanceOf(OpenAiTokens.class);
    }
}
