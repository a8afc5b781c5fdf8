"""What we hold on a person: show it, hand it over, erase it (个人信息)."""
