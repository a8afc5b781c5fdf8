"""Door 2: the mini-program's API (小程序接口), and the mobile pages that chat cards link to."""
