// A hosted session: liveness NAME ID_NUMBER
//
// A web service does in two requests what this does in one run: it starts, stores the session with its user and sends
// the browser to the page; when the browser is back, it finishes with the stored session and the address it came to.
#include "setup.hpp"

int main(int count, char **arguments)
{
    if (count != 3) {
        std::cerr << "usage: " << arguments[0] << " NAME ID_NUMBER\n";
        return 2;
    }
    return guarded([&] {
        const shiren::Client client = open_client();

        shiren::liveness::Start start;
        start.vendor = shiren::Vendor::juhe;
        start.subject = shiren::Subject{arguments[1], arguments[2], std::nullopt};
        start.return_url = "https://example.com/back";
        const shiren::Session session = client.call(start);
        const std::string stored = session.to_json();
        std::cout << session.page_url << std::endl;

        std::cout << "open it, finish there, then paste the address you landed on (or just press Enter):" << std::endl;
        std::string landed;
        std::getline(std::cin, landed);

        shiren::liveness::Finish finish;
        finish.session = shiren::Json{stored};
        finish.subject = start.subject;
        if (!landed.empty()) {
            finish.landed_url = landed;
        }
        const shiren::Verdict verdict = client.call(finish).verdict;
        std::cout << name(verdict.decision) << ": identity " << name(verdict.checks.identity) << ", face "
                  << name(verdict.checks.face) << ", liveness " << name(verdict.checks.liveness)
                  << ", billed: " << name(verdict.billed) << '\n';
        return exit_code(verdict.decision);
    });
}
