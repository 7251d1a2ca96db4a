package dev.tenon.toolbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.checks.ChangedClasses;
import dev.tenon.checks.Docs;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.CancellationToken;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherExecutionRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Takes each guard away, one at a time, and runs a test that must then be red: a guard whose loss nobody would notice is none. The guards are those of {@code guards.txt}; the page about
 * security lists them.
 */
class GuardsTest {
    private static final String OURS = "dev.tenon.toolbox.";

    /** Not ending is not being red: such a test would hang a build, and say nothing. */
    private static final Duration MOST = Duration.ofMinutes(2);

    /** Those whose names or families have {@code -Dtenon.guards=…}: a profile tries all of them, since each compiles a source and runs a test. */
    static List<Guard> guards() {
        String some = System.getProperty("tenon.guards", "");
        return Guard.all().stream()
                .filter(guard -> some.equals("all") || guard.toString().contains(some))
                .toList();
    }

    @Test
    void everyGuardStandsInItsSource() {
        assertThat(Guard.all())
                .hasSizeGreaterThan(100)
                .allSatisfy(guard -> assertThat(guard.source()).isNotBlank());
    }

    @ParameterizedTest
    @MethodSource("guards")
    @EnabledIfSystemProperty(named = "tenon.guards", matches = ".*", disabledReason = "for minutes: mvn -Pguards")
    void aTestIsRedWithoutIt(Guard guard) throws Exception {
        ChangedClasses without = ChangedClasses.of(OURS, Map.of(guard.file(), guard.source()));
        Method test = test(without, guard.test());
        AtomicReference<TestExecutionSummary> seen = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().daemon().unstarted(() -> seen.set(run(test)));
        thread.setContextClassLoader(without);
        thread.start();

        thread.join(MOST);

        TestExecutionSummary summary = seen.get();
        assertThat(summary)
                .as(guard.test() + " does not end without the guard \"" + guard + "\"")
                .isNotNull();
        assumeTrue(
                summary.getTestsAbortedCount() == 0 || summary.getTestsFailedCount() > 0, "that test cannot run here");
        assertThat(summary.getTestsFailedCount())
                .as(guard.test() + " is green without the guard \"" + guard + "\"")
                .isPositive();
    }

    /** The test of this name in a class of this name. */
    private static Method test(ClassLoader loader, String place) throws ClassNotFoundException {
        String[] parts = place.split("#", 2);
        return Stream.of(loader.loadClass(OURS + parts[0]).getDeclaredMethods())
                .filter(method -> method.getName().equals(parts[1]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no test " + place));
    }

    private static TestExecutionSummary run(Method test) {
        LauncherConfig config = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .enablePostDiscoveryFilterAutoRegistration(false)
                .build();
        Launcher launcher = LauncherFactory.create(config);
        CancellationToken enough = CancellationToken.create();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        TestExecutionListener first = new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                    enough.cancel();
                }
            }
        };
        launcher.execute(LauncherExecutionRequestBuilder.request(LauncherDiscoveryRequestBuilder.request()
                        .selectors(DiscoverySelectors.selectMethod(test.getDeclaringClass(), test))
                        .build())
                .listeners(summary, first)
                .cancellationToken(enough)
                .build());
        return summary.getSummary();
    }

    @Test
    void thePageListsThem() {
        Map<String, List<String>> rows = new TreeMap<>();
        for (Guard guard : Guard.all()) {
            String test = guard.test().substring(guard.test().indexOf('.') + 1);
            rows.computeIfAbsent(guard.family(), family -> new ArrayList<>())
                    .add("| " + guard.family() + " | " + guard.name() + " | `" + test + "` |");
        }
        StringBuilder table = new StringBuilder();
        rows.values().forEach(family -> family.forEach(row -> table.append(row).append('\n')));

        assertThat(Docs.text("security.md"))
                .as("the page about security ends with these rows:\n" + table)
                .contains("\n|---|---|---|\n" + table);
    }
}
