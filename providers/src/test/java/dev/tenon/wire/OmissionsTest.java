package dev.tenon.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.message.Content;
import dev.tenon.provider.Call;
import dev.tenon.provider.Notice;
import dev.tenon.scope.Cancellation;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventBuilder;

class OmissionsTest {
    private final List<String> lines = new ArrayList<>();
    private final List<Notice> notices = new ArrayList<>();
    private final Set<String> logged = new HashSet<>();

    /** A logger that keeps its lines. */
    private final Logger log = proxy(
            Logger.class,
            (self, method, arguments) -> method.getName().equals("atLevel") ? builder((Level) arguments[0]) : null);

    private LoggingEventBuilder builder(Level level) {
        return proxy(LoggingEventBuilder.class, (self, method, arguments) -> {
            lines.add(level + " " + MessageFormatter.basicArrayFormat((String) arguments[0], (Object[]) arguments[1]));
            return null;
        });
    }

    private static <T> T proxy(Class<T> type, java.lang.reflect.InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private Omissions omissions() {
        return new Omissions("acme", Call.watched(new Cancellation(), delta -> {}, notices::add), log, logged);
    }

    @Test
    void isToldOnceACallAndLoggedAloudOnceAProcess() {
        for (int call = 0; call < 2; call++) {
            Omissions omissions = omissions();
            omissions.host("seed", "has no such setting");
            omissions.host("seed", "has no such setting");
            omissions.tell();
            omissions.tell();
        }
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("seed", "acme has no such setting"),
                        new Notice.Omitted("seed", "acme has no such setting"));
        assertThat(lines)
                .containsExactly(
                        "INFO acme: seed was left out of a request: acme has no such setting",
                        "DEBUG acme: seed was left out of a request: acme has no such setting");
    }

    @Test
    void whatIsRememberedIsBounded() {
        for (int i = 0; i < 3_000; i++) {
            Omissions omissions = omissions();
            omissions.foreign("a part \"" + i + "\"");
            omissions.tell();
        }
        assertThat(lines).hasSize(3_000);
        assertThat(logged).hasSize(1_000);
    }

    @Test
    void theModelIsToldOfAMediumThatItCannotSee() {
        Omissions omissions = omissions();
        String told = omissions.ofResult(Content.Media.of(new byte[0], "video/mp4"), "acme takes no video");
        omissions.tell();
        assertThat(told).isEqualTo("[left out: video/mp4 cannot be shown to this model]");
        assertThat(notices).containsExactly(new Notice.Omitted("a medium of a tool result", "acme takes no video"));
    }
}
